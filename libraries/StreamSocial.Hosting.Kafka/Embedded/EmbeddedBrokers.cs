using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace StreamSocial.Hosting.Kafka.Embedded;

/// <summary>The cluster in the AppHost's process that a resource stands for.</summary>
internal sealed record EmbeddedClusterAnnotation(EmbeddedKafkaCluster Cluster) : IResourceAnnotation;

/// <summary>Brokers in the AppHost's process. Their commands cut a broker's connections and accept them again; its data stays.</summary>
internal static class EmbeddedBrokers
{
    private static readonly ResourceStateSnapshot Running = new(KnownResourceStates.Running, null);
    private static readonly ResourceStateSnapshot Stopped = new(KnownResourceStates.Exited, KnownResourceStateStyles.Warn);

    public static void AddEmbeddedBrokers(this IResourceBuilder<KafkaClusterResource> builder)
    {
        var cluster = EmbeddedKafkaCluster.Start();
        builder.WithAnnotation(new EmbeddedClusterAnnotation(cluster));
        builder.ApplicationBuilder.OwnUntilTheEnd(cluster);
        var brokers = cluster.BootstrapServers.Split(',').Select((address, index) => builder.AddBroker(index + 1, address).WithCommands(cluster)).ToArray();
        builder.Resource.SetBrokers(brokers.Select(broker => broker.Resource), ReferenceExpression.Create($"{cluster.BootstrapServers}"));
    }

    private static IResourceBuilder<KafkaBrokerResource> WithCommands(this IResourceBuilder<KafkaBrokerResource> broker, EmbeddedKafkaCluster cluster)
    {
        var id = broker.Resource.Id;
        return broker
            .WithCommand(KnownResourceCommands.StartCommand, "Start", context => RunAsync(context, () => cluster.StartBroker(id), Running), new CommandOptions
            {
                IconName = "Play", IsHighlighted = true, UpdateState = context => EnabledIf(!IsRunning(context)),
            })
            .WithCommand(KnownResourceCommands.StopCommand, "Stop", context => RunAsync(context, () => cluster.StopBroker(id), Stopped), new CommandOptions
            {
                Description = "Cuts the broker's connections and refuses new ones, until it is started again. Its partitions wait for it.",
                IconName = "Stop", IsHighlighted = true, UpdateState = context => EnabledIf(IsRunning(context)),
            })
            .WithCommand(KnownResourceCommands.RestartCommand, "Restart", context => RunAsync(context, () => Restart(cluster, id), Running), new CommandOptions
            {
                Description = "Cuts the broker's connections; clients connect again at once.",
                IconName = "ArrowCounterclockwise", UpdateState = context => EnabledIf(IsRunning(context)),
            });

        async Task<ExecuteCommandResult> RunAsync(ExecuteCommandContext context, Action act, ResourceStateSnapshot state)
        {
            await Task.Run(act, context.CancellationToken);
            await context.Services.GetRequiredService<ResourceNotificationService>().PublishUpdateAsync(broker.Resource, snapshot => snapshot with { State = state });
            return CommandResults.Success();
        }
    }

    private static void Restart(EmbeddedKafkaCluster cluster, int broker)
    {
        cluster.StopBroker(broker);
        cluster.StartBroker(broker);
    }

    private static bool IsRunning(UpdateCommandStateContext context) => context.ResourceSnapshot.State?.Text == KnownResourceStates.Running;

    private static ResourceCommandState EnabledIf(bool enabled) => enabled ? ResourceCommandState.Enabled : ResourceCommandState.Hidden;
}
