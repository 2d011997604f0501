using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;

namespace StreamSocial.Streams.Tasks;

/// <summary>What all tasks of a member share.</summary>
internal sealed record TaskEnvironment(
    string MemberId, ITopicLayout Layout, ProducerPool Pool, AuditCounters Audit, MemberTotals Totals, Action<Error> OnDeliveryFailed);
