mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name                   = "carillon-test"
  environment            = "production"
  kms_key_arn            = "arn:aws:kms:eu-central-1:111122223333:key/test"
  emails                 = ["oncall@example.com"]
  connections_per_task   = 15000
  min_tasks              = 2
  balancer_dimension     = "app/carillon-test/1"
  target_group_dimension = "targetgroup/carill/1"
  firewall_name          = "carillon-test"
  ingress_queue_name     = "carillon-test-ingress.fifo"
  archive                = true
  monthly_budget_usd     = 2000

  database = {
    identifier      = "carillon-test"
    storage_gib     = 100
    max_connections = 500
  }
}

run "every_alarm_is_wired" {
  command = apply

  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.this : a.alarm_actions == toset([aws_sns_topic.alarms.arn]) && a.ok_actions == toset([aws_sns_topic.alarms.arn])])
    error_message = "every alarm tells the topic, and tells when it is over"
  }

  assert {
    condition     = length(aws_sns_topic_subscription.emails) == 1 && alltrue([for s in aws_sns_topic_subscription.emails : s.topic_arn == aws_sns_topic.alarms.arn])
    error_message = "somebody listens to the topic"
  }

  assert {
    condition     = alltrue([for a in aws_cloudwatch_metric_alarm.this : coalesce(a.actions_enabled, true)])
    error_message = "no alarm is switched off"
  }
}

run "what_users_feel_is_watched" {
  command = apply

  assert {
    condition = alltrue([
      for name in [
        "no-node-tells", "log-not-followed", "listen-swallowed", "task-full", "secrets-stale", "notification-queue", "too-few-tasks", "memory", "unhealthy-nodes",
        "target-errors", "balancer-errors", "rejected-connections", "handshakes-blocked", "database-cpu", "database-storage",
        "database-connections", "database-transaction-ids", "database-write-latency", "ingress-poison", "ingress-late", "archive-late",
      ] : contains(keys(aws_cloudwatch_metric_alarm.this), name)
    ])
    error_message = "an alarm was removed"
  }
}

run "silence_is_news" {
  command = apply

  assert {
    condition = alltrue([
      for name in ["no-node-tells", "log-not-followed", "too-few-tasks", "database-cpu", "database-storage"] : aws_cloudwatch_metric_alarm.this[name].treat_missing_data == "breaching"
    ])
    error_message = "nodes or a database that tell nothing are an alarm"
  }
}

run "thresholds_follow_sizes" {
  command = apply

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["task-full"].threshold == 22500
      && aws_cloudwatch_metric_alarm.this["database-connections"].threshold == 400
      && aws_cloudwatch_metric_alarm.this["database-storage"].threshold == 10737418240
      && aws_cloudwatch_metric_alarm.this["too-few-tasks"].threshold == 2
    )
    error_message = "thresholds follow from what was built"
  }
}

run "a_bad_deployment_is_noticed" {
  command = apply

  assert {
    condition     = contains(output.rollback_alarms, "carillon-test-log-not-followed") && contains(output.rollback_alarms, "carillon-test-target-errors")
    error_message = "a node that does not follow or answers with errors rolls back"
  }
}

run "the_dashboard_shows_the_products_own_metrics" {
  command = apply

  assert {
    condition = alltrue([
      for metric in ["OpenConnections", "EventsRead", "Deliveries", "TailDown"] : strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "[\"Carillon\",\"${metric}\",\"Service\",\"carillon-test\"")
    ])
    error_message = "the product's own metrics are on the page"
  }
}

run "money_is_watched" {
  command = apply

  assert {
    condition     = length(aws_budgets_budget.monthly.notification) == 2 && alltrue([for n in aws_budgets_budget.monthly.notification : n.subscriber_sns_topic_arns == toset([aws_sns_topic.alarms.arn])])
    error_message = "the budget tells the topic, before and when it is spent"
  }
}

run "the_topic_is_encrypted_and_ours" {
  command = apply

  assert {
    condition     = aws_sns_topic.alarms.kms_master_key_id == var.kms_key_arn
    error_message = "encrypted with our key"
  }

  assert {
    condition     = jsondecode(aws_sns_topic_policy.alarms.policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333"
    error_message = "only this account's alarms come through"
  }
}

run "production_watched_by_nobody_is_refused" {
  command = plan

  variables {
    emails = []
  }

  expect_failures = [var.emails]
}
