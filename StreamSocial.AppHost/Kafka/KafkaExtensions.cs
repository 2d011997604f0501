using Microsoft.Extensions.Configuration;
using StreamSocial.Events.Stages;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Processes;
using StreamSocial.Kafka.Sources;

namespace StreamSocial.AppHost.Kafka;

internal static class KafkaExtensions
{
    public const string ConnectionName = "kafka";

    /// <summary>Adds the Kafka that <c>Kafka:Source</c> asks for, and says in one line which it is.</summary>
    /// <exception cref="KafkaSourceException">It cannot be had; the message says what to do.</exception>
    public static StreamSocialKafka AddStreamSocialKafka(this IDistributedApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var options = KafkaSourceOptions.From(configuration);
        var choice = KafkaSourceSelector.Select(
            new KafkaSourceRequest(
                configuration["Kafka:Source"], configuration["Topology:Profile"], configuration.GetConnectionString(ConnectionName), configuration[KafkaHome.Variable]),
            new MachineProbe());

        var (brokers, nodes) = choice.Source switch
        {
            KafkaSource.External => (builder.AddExternalKafka(options), []),
            KafkaSource.Containers => builder.AddKafkaContainers(options),
            KafkaSource.Process => builder.AddKafkaProcesses(options),
            KafkaSource.Embedded => (builder.AddEmbeddedKafka(choice.Profile), []),
            _ => throw new InvalidOperationException($"Nothing starts Kafka as {choice.Source}."),
        };
        Console.WriteLine(Describe(choice));
        return new StreamSocialKafka(brokers, nodes, choice.Source, choice.Profile);
    }

    private static string Describe(KafkaSourceChoice choice)
    {
        var catalog = TopicCatalog.For(choice.Profile);
        var counts = string.Join(", ", FeedGeneratorStages.Inputs.Select(topic => $"{topic} {catalog[topic].Partitions}"));
        return $"Kafka: {choice.Source.ToString().ToLowerInvariant()}, because {choice.Reason}; profile {choice.Profile.ToString().ToLowerInvariant()} ({counts} partitions).";
    }
}
