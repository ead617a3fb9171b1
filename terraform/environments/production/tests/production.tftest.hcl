mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      domain_validation_options = [{
        domain_name           = "live.example.com"
        resource_record_name  = "_proof.live.example.com"
        resource_record_type  = "CNAME"
        resource_record_value = "_proof.acm.example"
      }]
    }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  domain_name       = "live.example.com"
  zone_id           = "Z1"
  image_digest      = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  source_repository = "example/carillon"
  alarm_emails      = ["oncall@example.com"]
  settings          = { CARILLON_AUTH_OPERATOR_TENANT = "ops" }
  ingress_sources   = ["arn:aws:events:eu-central-1:111122223333:rule/orders"]
}

# Every module's own rules are checked by what is built here.
run "builds" {
  command = apply

  assert {
    condition     = output.platform.origin == "https://live.example.com"
    error_message = "a browser finds it"
  }

  assert {
    condition     = output.platform.ingress_queue_url != null
    error_message = "the queue is there"
  }
}

run "an_image_without_digest_is_refused" {
  command = plan

  variables {
    image_digest = "latest"
  }

  expect_failures = [var.image_digest]
}
