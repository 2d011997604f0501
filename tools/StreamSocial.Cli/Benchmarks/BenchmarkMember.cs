using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Events;
using StreamSocial.Streams;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>The runtime in this process, as a group's only member with a single stage over user-actions.</summary>
internal static class BenchmarkMember
{
    /// <summary>Name of the stage.</summary>
    public const string Stage = "bench";

    /// <summary>Builds the host, which is not started.</summary>
    /// <param name="bootstrapServers">The brokers.</param>
    /// <param name="embedded">Whether they are embedded ones.</param>
    /// <param name="topics">Their topics.</param>
    /// <param name="createProcessor">What the stage does.</param>
    /// <param name="settings">Further configuration.</param>
    public static IHost Build(
        string bootstrapServers, bool embedded, TopicCatalog topics, Func<ITaskContext, IRecordProcessor> createProcessor, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:kafka", bootstrapServers),
            new("Kafka:Embedded", embedded ? "true" : "false"),
            new("Streams:MemberId", "bench-member"),
            new("Streams:AdvertisedEndpoint", "http://127.0.0.1:1"),
            .. settings,
        ]);
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.AddStreams(new StreamsApplication("bench", topics, TopicNames.Members, TopicNames.RebalanceEvents))
            .AddStage(_ => new StageDefinition(Stage, TopicNames.UserActions, TopicNames.ActionsState, createProcessor));
        return builder.Build();
    }
}
