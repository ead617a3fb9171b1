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
  name           = "carillon-test"
  environment    = "production"
  kms_key_arn    = "arn:aws:kms:eu-central-1:111122223333:key/test"
  repository     = "example/carillon"
  service_name   = "carillon-test"
  task_role_arns = ["arn:aws:iam::111122223333:role/execution", "arn:aws:iam::111122223333:role/node"]
}

run "only_our_jobs_for_this_environment_deploy" {
  command = apply

  assert {
    condition     = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:example/carillon:environment:production"
    error_message = "one repository, one environment"
  }

  assert {
    condition     = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    error_message = "tokens made for somebody else do not count"
  }
}

run "the_deploy_role_can_do_no_more" {
  command = apply

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.deploy.policy).Statement : s.Resource != "*" || s.Action == "ecr:GetAuthorizationToken"
    ])
    error_message = "named resources only"
  }

  assert {
    condition     = alltrue([for a in flatten([for s in jsondecode(aws_iam_role_policy.deploy.policy).Statement : s.Action]) : !strcontains(a, "*")])
    error_message = "no wildcard in an action"
  }

  assert {
    condition = toset(one([
      for s in jsondecode(aws_iam_role_policy.deploy.policy).Statement : s.Resource if s.Sid == "HandOverTheTasksRoles"
    ])) == toset(var.task_role_arns)
    error_message = "it hands over the tasks' two roles only"
  }

  assert {
    condition = one([
      for s in jsondecode(aws_iam_role_policy.deploy.policy).Statement : s.Condition.StringEquals["iam:PassedToService"] if s.Sid == "HandOverTheTasksRoles"
    ]) == "ecs-tasks.amazonaws.com"
    error_message = "to tasks only"
  }
}

run "what_was_pushed_stays_what_it_was" {
  command = apply

  assert {
    condition     = aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" && one(aws_ecr_repository.this.encryption_configuration).encryption_type == "KMS"
    error_message = "tags do not move, images are encrypted"
  }

  assert {
    condition     = one(aws_ecr_repository.this.image_scanning_configuration).scan_on_push && !aws_ecr_repository.this.force_delete
    error_message = "images are scanned, and not deleted with the repository"
  }
}

run "a_wildcard_repository_is_refused" {
  command = plan

  variables {
    repository = "example/*"
  }

  expect_failures = [var.repository]
}

run "no_image_to_go_back_to_is_refused" {
  command = plan

  variables {
    kept_images = 1
  }

  expect_failures = [var.kept_images]
}
