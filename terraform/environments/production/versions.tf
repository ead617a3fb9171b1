terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  # Made by terraform/bootstrap. The bucket's name is given at init: -backend-config=bucket=…
  backend "s3" {
    key          = "carillon/production/terraform.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = {
      Product     = "carillon"
      Environment = "production"
      ManagedBy   = "terraform"
    }
  }
}
