mock_provider "aws" {
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
  name = "carillon-test"
}

run "secrets_are_encrypted_with_our_key_and_come_back" {
  command = apply

  assert {
    condition     = alltrue([for s in aws_secretsmanager_secret.this : s.kms_key_id == aws_kms_key.this.arn && s.recovery_window_in_days >= 7])
    error_message = "every secret has our key and can be brought back after a deletion"
  }

  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "the key rotates"
  }
}

run "no_other_account_reads" {
  command = apply

  assert {
    condition = alltrue([
      for p in aws_secretsmanager_secret_policy.this :
      jsondecode(p.policy).Statement[0].Effect == "Deny" && jsondecode(p.policy).Statement[0].Condition.StringNotEquals["aws:PrincipalAccount"] == "111122223333"
    ])
    error_message = "every other account is denied"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_kms_key.this.policy).Statement : try(s.Principal.AWS, "") == "arn:aws:iam::111122223333:root" || can(s.Condition)
    ])
    error_message = "services use the key for this account only"
  }
}

run "immediate_deletion_is_refused" {
  command = plan

  variables {
    deletion_window_days = 0
  }

  expect_failures = [var.deletion_window_days]
}
