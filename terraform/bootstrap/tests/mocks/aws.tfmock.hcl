# What the provider would make up at random must still look like what it stands for.
mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws" }
}

mock_resource "aws_ecr_repository" {
  defaults = {
    arn            = "arn:aws:ecr:eu-west-2:123456789012:repository/weather-app"
    repository_url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/weather-app"
  }
}

mock_resource "aws_iam_openid_connect_provider" {
  defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
}

override_resource {
  target = aws_iam_role.push
  values = { arn = "arn:aws:iam::123456789012:role/weather-app-push" }
}

override_resource {
  target = aws_iam_role.deploy
  values = { arn = "arn:aws:iam::123456789012:role/weather-app-deploy" }
}

override_resource {
  target = aws_iam_role.execution
  values = { arn = "arn:aws:iam::123456789012:role/weather-app-ecs-execution" }
}

override_resource {
  target = aws_iam_role.task
  values = { arn = "arn:aws:iam::123456789012:role/weather-app-ecs-task" }
}

override_resource {
  target = aws_iam_role.plan
  values = { arn = "arn:aws:iam::123456789012:role/weather-app-plan" }
}
