# One row an alarm. Quiet metrics of our own mean that no node tells anything, which is the worst of
# news: they breach. Others are missing when nothing happened.

locals {
  product  = { Service = var.name }
  balancer = { LoadBalancer = var.balancer_dimension }
  target   = { LoadBalancer = var.balancer_dimension, TargetGroup = var.target_group_dimension }
  tasks    = { ClusterName = var.name, ServiceName = var.name }
  database = { DBInstanceIdentifier = var.database.identifier }

  alarms = merge(
    {
      # ---- nodes
      no-node-tells = {
        why       = "no node has told how many connections it has for three minutes", namespace = var.metrics_namespace, metric = "OpenConnections", dimensions = local.product,
        statistic = "SampleCount", operator = "LessThanThreshold", threshold = 1, minutes = 3, missing = "breaching"
      }
      log-not-followed = {
        why       = "a node has not followed the event log for two minutes: its clients get nothing", namespace = var.metrics_namespace, metric = "TailDown", dimensions = local.product,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 0, minutes = 2, missing = "breaching"
      }
      listen-swallowed = {
        why       = "a node hears no notifications and polls: something stands between it and Postgres", namespace = var.metrics_namespace, metric = "ListenSilent", dimensions = local.product,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 0, minutes = 5, missing = "notBreaching"
      }
      task-full = {
        why       = "a task has half as many connections again as scaling aims at", namespace = var.metrics_namespace, metric = "OpenConnections", dimensions = local.product,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = ceil(var.connections_per_task * 1.5), minutes = 5, missing = "notBreaching"
      }
      secrets-stale = {
        why       = "a node could not read its secrets for a quarter of an hour: a rotation would not reach it", namespace = var.metrics_namespace, metric = "SecretsStale", dimensions = local.product,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 0, minutes = 15, missing = "notBreaching"
      }
      notification-queue = {
        why        = "Postgres's queue of notifications is half full: somebody listens and never reads; full, commits fail", namespace = var.metrics_namespace, metric = "NotificationQueue",
        dimensions = local.product, statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 0.5, minutes = 5, missing = "notBreaching"
      }
      too-few-tasks = {
        why       = "fewer tasks run than the least", namespace = "ECS/ContainerInsights", metric = "RunningTaskCount", dimensions = local.tasks,
        statistic = "Minimum", operator = "LessThanThreshold", threshold = var.min_tasks, minutes = 5, missing = "breaching"
      }
      memory = {
        why       = "a task's memory is nearly used up", namespace = "AWS/ECS", metric = "MemoryUtilization", dimensions = local.tasks,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 90, minutes = 5, missing = "notBreaching"
      }

      # ---- edge
      unhealthy-nodes = {
        why       = "nodes have not been ready for minutes", namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", dimensions = local.target,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 0, minutes = 3, missing = "notBreaching"
      }
      target-errors = {
        why       = "nodes answer with 5xx", namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", dimensions = local.target,
        statistic = "Sum", operator = "GreaterThanThreshold", threshold = 50, minutes = 3, missing = "notBreaching"
      }
      balancer-errors = {
        why       = "the balancer answers with 5xx itself: no node took the request", namespace = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", dimensions = local.balancer,
        statistic = "Sum", operator = "GreaterThanThreshold", threshold = 50, minutes = 3, missing = "notBreaching"
      }
      rejected-connections = {
        why       = "the balancer cannot take more connections", namespace = "AWS/ApplicationELB", metric = "RejectedConnectionCount", dimensions = local.balancer,
        statistic = "Sum", operator = "GreaterThanThreshold", threshold = 0, minutes = 3, missing = "notBreaching"
      }
      handshakes-blocked = {
        why        = "addresses are over the handshake rate: an attack, or an office too large for the limit", namespace = "AWS/WAFV2", metric = "BlockedRequests",
        dimensions = { WebACL = var.firewall_name, Region = data.aws_region.current.region, Rule = "handshakes" },
        statistic  = "Sum", operator = "GreaterThanThreshold", threshold = 1000, minutes = 5, missing = "notBreaching"
      }

      # ---- database
      database-cpu = {
        why       = "Postgres has little to spare", namespace = "AWS/RDS", metric = "CPUUtilization", dimensions = local.database,
        statistic = "Average", operator = "GreaterThanThreshold", threshold = 80, minutes = 10, missing = "breaching"
      }
      database-storage = {
        why       = "less than a tenth of the storage at the start is free: a full disk stops every write", namespace = "AWS/RDS", metric = "FreeStorageSpace", dimensions = local.database,
        statistic = "Minimum", operator = "LessThanThreshold", threshold = var.database.storage_gib * 1073741824 / 10, minutes = 5, missing = "breaching"
      }
      database-connections = {
        why       = "four fifths of Postgres's connections are taken: a deployment may not find enough", namespace = "AWS/RDS", metric = "DatabaseConnections", dimensions = local.database,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = floor(var.database.max_connections * 0.8), minutes = 5, missing = "notBreaching"
      }
      database-transaction-ids = {
        why       = "transaction ids run out: somebody holds the horizon, vacuum cannot clean", namespace = "AWS/RDS", metric = "MaximumUsedTransactionIDs", dimensions = local.database,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 1000000000, minutes = 10, missing = "notBreaching"
      }
      database-write-latency = {
        why       = "writes to the disk take over 20 ms: every commit does", namespace = "AWS/RDS", metric = "WriteLatency", dimensions = local.database,
        statistic = "Average", operator = "GreaterThanThreshold", threshold = 0.02, minutes = 5, missing = "notBreaching"
      }
    },
    var.ingress_queue_name == null ? {} : {
      ingress-poison = {
        why        = "messages were set aside after five failures", namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible",
        dimensions = { QueueName = replace(var.ingress_queue_name, ".fifo", "-dead.fifo") },
        statistic  = "Maximum", operator = "GreaterThanThreshold", threshold = 0, minutes = 1, missing = "notBreaching"
      }
      ingress-late = {
        why       = "a message has waited for five minutes", namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", dimensions = { QueueName = var.ingress_queue_name },
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 300, minutes = 3, missing = "notBreaching"
      }
    },
    var.archive ? {
      archive-late = {
        why       = "old events could not be archived for an hour: they stay in the log, which grows", namespace = var.metrics_namespace, metric = "ArchiveFailing", dimensions = local.product,
        statistic = "Maximum", operator = "GreaterThanThreshold", threshold = 0, minutes = 60, missing = "notBreaching"
      }
    } : {},
  )

  # A deployment during which one of these rings is taken back.
  rollback = ["target-errors", "balancer-errors", "unhealthy-nodes", "log-not-followed"]
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.why}. Runbook: operations.md, ${each.key}."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = each.value.minutes
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
