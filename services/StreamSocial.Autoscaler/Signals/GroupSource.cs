using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.Events.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Topics;

namespace StreamSocial.Autoscaler.Signals;

/// <summary>Reads the group of feed generators once. What cannot be read is null in the reading, not an exception.</summary>
internal interface IGroupSource
{
    Task<GroupReading> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>The input topics of the feed generators, read from Kafka.</summary>
internal sealed class KafkaGroupSource(
    GroupReader reader, TopicCatalog catalog, IOptions<ControlOptions> control, IOptions<AutoscalerOptions> options) : IGroupSource
{
    private readonly (string Name, int Partitions)[] _topics = [.. FeedGeneratorStages.Inputs.Select(topic => (topic, catalog[topic].Partitions))];

    public Task<GroupReading> ReadAsync(CancellationToken cancellationToken) =>
        reader.ReadAsync(_topics, control.Value.Timeout, options.Value.MemberTimeout, cancellationToken);
}
