# Variables of the bootstrap stack, such as openweathermap_api_key_version and github_repository. Holds no secret; commit it.
