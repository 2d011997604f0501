using Confluent.Kafka;
using Microsoft.Extensions.Options;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Events;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Dashboard.History;

/// <summary>Reads topic <c>dashboard-history</c> once, for what the charts show of the time before this process.</summary>
internal sealed class HistoryTail(
    [FromKeyedServices(HistoryTail.ConsumerName)] IConsumer<byte[]?, byte[]?> consumer, IOptions<DashboardOptions> options, TimeProvider time, ILogger<HistoryTail> logger)
    : TopicTail(TopicNames.DashboardHistory, partitions: 1, consumer, time, logger)
{
    /// <summary>As <see cref="Kafka.Hosting.ControlPlaneClients.TableConsumerOf"/> names it.</summary>
    private const string ConsumerName = $"table-{TopicNames.DashboardHistory}";

    private readonly TimeProvider _time = time;
    private readonly TaskCompletionSource<IReadOnlyList<HistoryPoint>> _earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<HistoryPoint> _points = [];

    /// <summary>The points, oldest first, each once though it may have been written again; those of all dashboards if several write. Complete when the topic has been read to its end.</summary>
    public Task<IReadOnlyList<HistoryPoint>> Earlier => _earlier.Task;

    protected override bool Apply(in TableRecord record)
    {
        if (_earlier.Task.IsCompleted || record.Value is not { } value)
            return false;
        var points = HistoryRecords.Read(value);
        var now = _time.GetUtcNow();
        var (from, to) = ((now - options.Value.HistoryLength).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        _points.AddRange(points.Where(point => point.At >= from && point.At <= to));
        return true;
    }

    protected override void OnBatchRead(bool changed, bool isCaughtUp)
    {
        if (isCaughtUp && !_earlier.Task.IsCompleted)
            _earlier.SetResult([.. _points.DistinctBy(point => point.At).OrderBy(point => point.At)]);
    }
}
