# Messages that become events: in order per message group, once, and aside after five failures.

resource "aws_sqs_queue" "poison" {
  count = var.ingress_sources == null ? 0 : 1

  name                      = "${var.name}-ingress-dead.fifo"
  fifo_queue                = true
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "ingress" {
  count = var.ingress_sources == null ? 0 : 1

  name       = "${var.name}-ingress.fifo"
  fifo_queue = true
  # Groups do not wait for each other.
  deduplication_scope         = "messageGroup"
  fifo_throughput_limit       = "perMessageGroupId"
  content_based_deduplication = true
  # Several times as long as a batch takes; nodes extend it while they work.
  visibility_timeout_seconds = 60
  receive_wait_time_seconds  = 20
  message_retention_seconds  = 345600
  kms_master_key_id          = var.kms_key_arn

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.poison[0].arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "poison" {
  count = var.ingress_sources == null ? 0 : 1

  queue_url = aws_sqs_queue.poison[0].url

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.ingress[0].arn]
  })
}

resource "aws_sqs_queue_policy" "ingress" {
  count = var.ingress_sources == null ? 0 : 1

  queue_url = aws_sqs_queue.ingress[0].url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.ingress[0].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      length(coalesce(var.ingress_sources, [])) == 0 ? [] : [{
        Sid       = "NamedSources"
        Effect    = "Allow"
        Principal = { Service = ["events.amazonaws.com", "sns.amazonaws.com"] }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.ingress[0].arn
        Condition = { ArnEquals = { "aws:SourceArn" = var.ingress_sources } }
      }],
    )
  })
}
