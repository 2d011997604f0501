using Confluent.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Auditing;
using StreamSocial.Streams.Poison;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>What all tasks of a member share.</summary>
internal sealed record TaskEnvironment(
    string MemberId, ITopicLayout Layout, IRecordSender Sender, AuditCounters Audit, MemberTotals Totals, int MaxTries, Action<Error> OnDeliveryFailed,
    Action<PoisonEntry> OnPoison)
{
    /// <summary>Where the state is kept.</summary>
    public IStoreFactory Stores { get; init; } = InMemoryStores.Instance;

    /// <summary>Keeps the state of tasks that leave; null: nothing is kept.</summary>
    public WarmStates? Warm { get; init; }
}
