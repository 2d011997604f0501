using StreamSocial.Streams.Membership;

namespace StreamSocial.Ingest.Retention;

/// <summary>Follows the positions that the members report and tells them to the guard.</summary>
internal sealed class ConsumerPositions(IMembersView members, BoundedRetention retention) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var snapshot = members.Current;
        try
        {
            while (true)
            {
                Apply(snapshot);
                snapshot = await members.WaitForNewerAsync(snapshot.Version, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private void Apply(MembersSnapshot snapshot)
    {
        foreach (var topic in snapshot.Members.Values.SelectMany(member => member.Topics))
        {
            for (var i = 0; i < topic.Partitions.Count; i++)
            {
                // A takeover continues at the committed position, so that is what the log must keep. Until the first commit, and while
                // a member restores (-1), the other one or the last known one stands.
                var committed = i < topic.CommittedOffsets.Count ? topic.CommittedOffsets[i] : -1;
                var position = committed >= 0 ? committed : i < topic.NextOffsets.Count ? topic.NextOffsets[i] : -1;
                if (position >= 0)
                    retention.Consumed(topic.Topic, topic.Partitions[i], position);
            }
        }
    }
}
