using Microsoft.Extensions.Configuration;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Processes;
using StreamSocial.Kafka.Sources;

namespace StreamSocial.AppHost.Kafka;

internal static class KafkaExtensions
{
    public const string ConnectionName = "kafka";

    /// <summary>Adds the Kafka that <c>Kafka:Source</c> asks for, and says in one line which it is.</summary>
    /// <exception cref="KafkaSourceException">It cannot be had; the message says what to do.</exception>
    /// <exception cref="AppHostConfigurationException"><c>Topology:Profile</c> is unknown.</exception>
    public static StreamSocialKafka AddStreamSocialKafka(this IDistributedApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var options = KafkaSourceOptions.From(configuration);
        var choice = KafkaSourceSelector.Select(
            new KafkaSourceRequest(
                configuration["Kafka:Source"], configuration.GetConnectionString(ConnectionName), configuration[KafkaHome.Variable]),
            new MachineProbe());
        var profile = ReadProfile(configuration, choice);

        var (brokers, nodes) = choice.Source switch
        {
            KafkaSource.External => (builder.AddExternalKafka(options), []),
            KafkaSource.Containers => builder.AddKafkaContainers(options),
            KafkaSource.Process => builder.AddKafkaProcesses(options),
            KafkaSource.Embedded => (builder.AddEmbeddedKafka(profile), []),
            _ => throw new InvalidOperationException($"Nothing starts Kafka as {choice.Source}."),
        };
        Console.WriteLine(Describe(choice, profile));
        return new StreamSocialKafka(brokers, nodes, choice.Source, profile);
    }

    private static TopologyProfile ReadProfile(IConfiguration configuration, KafkaSourceChoice choice)
    {
        try
        {
            return StreamSocialTopics.ReadProfile(configuration) ?? (choice.SharesMachine ? TopologyProfile.Small : TopologyProfile.Full);
        }
        catch (InvalidOperationException e)
        {
            throw new AppHostConfigurationException(e.Message, e);
        }
    }

    private static string Describe(KafkaSourceChoice choice, TopologyProfile profile)
    {
        var catalog = StreamSocialTopics.For(profile);
        var counts = string.Join(", ", StreamSocialTopics.Inputs.Select(topic => $"{topic} {catalog[topic].Partitions}"));
        return $"Kafka: {choice.Source.ToString().ToLowerInvariant()}, because {choice.Reason}; profile {profile.ToString().ToLowerInvariant()} ({counts} partitions).";
    }
}
