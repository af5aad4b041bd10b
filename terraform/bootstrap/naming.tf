locals {
  name = var.environment == "production" ? var.name : "${var.environment}-${var.name}"
}
