terraform {
  # 1.10 for lock files in S3, 1.9 for validations that look at other variables.
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}
