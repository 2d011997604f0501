using Confluent.Kafka;
using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Events;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

/// <summary>Reads topic <c>rebalance-events</c>, and keeps the last minutes of it, as the timeline and the alerts need them, and what came of those before.</summary>
internal sealed class RebalanceEventTail(
    [FromKeyedServices(RebalanceEventTail.ConsumerName)] IConsumer<byte[]?, byte[]?> consumer, IOptions<DashboardOptions> options, TimeProvider time,
    ILogger<RebalanceEventTail> logger)
    : TopicTail(TopicNames.RebalanceEvents, partitions: 1, consumer, time, logger)
{
    /// <summary>As <see cref="ControlPlaneClients.TableConsumerOf"/> names it.</summary>
    private const string ConsumerName = $"table-{TopicNames.RebalanceEvents}";

    private readonly TimeProvider _time = time;
    private readonly long _length = (long)Longest(options.Value.HistoryLength, RebalanceWindow.ShortestLength).TotalMilliseconds;
    private RebalanceWindow _window = RebalanceWindow.Empty;
    private volatile RebalanceWindow? _published;

    /// <summary>The window; null until the topic was read to its end once.</summary>
    public RebalanceWindow? Current => _published;

    protected override bool Apply(in TableRecord record)
    {
        if (record.Value is not { } value)
            return false;
        _window = _window.Add(MemberReports.ReadEvent(value, record.AppendedAt));
        // Its own events are the clock: while nothing happens, nothing becomes more.
        if (_window.Events.Length > 2 * RebalanceWindow.MaxEvents)
            Trim();
        return true;
    }

    protected override void OnBatchRead(bool changed, bool isCaughtUp)
    {
        if (changed)
            Trim();
        if (isCaughtUp)
            _published = _window;
    }

    private static TimeSpan Longest(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>An event of a clock that was set back since, or that is ahead, makes none of the others older.</summary>
    private void Trim() => _window = _window.Trim(Math.Min(_window.Events[^1].OccurredAt, _time.GetUtcNow().ToUnixTimeMilliseconds()) - _length);
}
