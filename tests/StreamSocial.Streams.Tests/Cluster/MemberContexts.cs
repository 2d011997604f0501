using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Tests.Cluster;

/// <summary>What the parts of a member share, where a test has only some of them.</summary>
internal static class MemberContexts
{
    public static RuntimeHost CreateHost()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        return new RuntimeHost(TimeProvider.System, new FatalErrors(lifetime, NullLogger<FatalErrors>.Instance), NullLoggerFactory.Instance);
    }

    /// <summary>Of a member whose only stage is the relay.</summary>
    public static MemberContext Create(KafkaClientSettings settings, StreamsOptions options, IRecordSender sender, Func<string, string>? inputTopicIdOf = null)
    {
        var host = CreateHost();
        var environment = new TaskEnvironment(options.MemberId, new CatalogLayout(TestTopics.Catalog), sender, options.MaxTries, host.Fatal.Report);
        if (inputTopicIdOf is not null)
            environment = environment with { InputTopicIdOf = inputTopicIdOf };
        return new MemberContext(settings, options, [RelayProcessor.Stage(static _ => null, static _ => null)], environment, host);
    }
}
