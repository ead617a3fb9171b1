output "topic_arn" {
  description = "Where alarms are told."
  value       = aws_sns_topic.alarms.arn
}

output "rollback_alarms" {
  description = "Names of the alarms that roll a deployment back."
  value       = [for name in local.rollback : aws_cloudwatch_metric_alarm.this[name].alarm_name]
}
