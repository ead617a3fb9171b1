# One page: what clients feel first, then what it may be due to.

locals {
  region = data.aws_region.current.region

  own = [
    for row in [
      { title = "Open connections, per task and in total", metrics = [["OpenConnections", "Average"], ["OpenConnections", "Maximum"], ["OpenConnections", "Sum"]] },
      { title = "Events read and frames delivered, a minute", metrics = [["EventsRead", "Sum"], ["Deliveries", "Sum"]] },
      { title = "Nodes that do not follow, or do not hear", metrics = [["TailDown", "Maximum"], ["ListenSilent", "Maximum"], ["SecretsStale", "Maximum"], ["ArchiveFailing", "Maximum"]] },
      { title = "Messages taken in, a minute", metrics = [["IngressEvents", "Sum"], ["IngressRefused", "Sum"]] },
    ] :
    { title = row.title, metrics = [for m in row.metrics : [var.metrics_namespace, m[0], "Service", var.name, { stat = m[1] }]] }
  ]

  others = [
    { title = "Answers of nodes and balancer", metrics = [
      ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", var.balancer_dimension, { stat = "Sum" }],
      ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", var.balancer_dimension, { stat = "Sum" }],
      ["AWS/ApplicationELB", "RejectedConnectionCount", "LoadBalancer", var.balancer_dimension, { stat = "Sum" }],
    ] },
    { title = "Connections at the balancer", metrics = [
      ["AWS/ApplicationELB", "ActiveConnectionCount", "LoadBalancer", var.balancer_dimension, { stat = "Sum" }],
      ["AWS/ApplicationELB", "NewConnectionCount", "LoadBalancer", var.balancer_dimension, { stat = "Sum" }],
      ["AWS/ApplicationELB", "ConsumedLCUs", "LoadBalancer", var.balancer_dimension, { stat = "Sum" }],
    ] },
    { title = "CPU and memory of tasks", metrics = [
      ["AWS/ECS", "CPUUtilization", "ClusterName", var.name, "ServiceName", var.name, { stat = "Maximum" }],
      ["AWS/ECS", "MemoryUtilization", "ClusterName", var.name, "ServiceName", var.name, { stat = "Maximum" }],
    ] },
    { title = "Postgres: CPU, connections", metrics = [
      ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", var.database.identifier, { stat = "Average" }],
      ["AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier", var.database.identifier, { stat = "Maximum", yAxis = "right" }],
    ] },
    { title = "Postgres: disk", metrics = [
      ["AWS/RDS", "WriteLatency", "DBInstanceIdentifier", var.database.identifier, { stat = "Average" }],
      ["AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier", var.database.identifier, { stat = "Minimum", yAxis = "right" }],
    ] },
    { title = "Blocked by the firewall", metrics = [
      for rule in ["handshakes", "polls", "all"] : ["AWS/WAFV2", "BlockedRequests", "WebACL", var.firewall_name, "Region", local.region, "Rule", rule, { stat = "Sum" }]
    ] },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = concat(
      [for index, graph in local.own : {
        type       = "metric", x = 12 * (index % 2), y = 6 * floor(index / 2), width = 12, height = 6
        properties = { title = graph.title, region = local.region, period = 60, view = "timeSeries", metrics = graph.metrics }
      }],
      [for index, graph in local.others : {
        type       = "metric", x = 12 * (index % 2), y = 12 + 6 * floor(index / 2), width = 12, height = 6
        properties = { title = graph.title, region = local.region, period = 60, view = "timeSeries", metrics = graph.metrics }
      }],
      [{
        type       = "alarm", x = 0, y = 30, width = 24, height = 4
        properties = { title = "Alarms", alarms = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn] }
      }],
    )
  })
}
