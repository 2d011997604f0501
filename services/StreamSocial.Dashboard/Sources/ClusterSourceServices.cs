using System.Text;
using StreamSocial.Dashboard.History;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Dashboard.Overrides;
using StreamSocial.Dashboard.Sources.Demo;
using StreamSocial.Dashboard.Stages;
using StreamSocial.Dashboard.Telemetry;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Cluster;
using StreamSocial.Kafka.Groups;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Kafka.Jmx;
using StreamSocial.Kafka.Topics;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

internal static class ClusterSourceServices
{
    /// <summary>Adds the running cluster as the source, or the made-up one in demo mode.</summary>
    public static void AddClusterSource(this WebApplicationBuilder builder, bool isDemo)
    {
        var services = builder.Services;
        builder.AddOperations(isDemo);
        builder.AddStages(isDemo);
        if (isDemo)
        {
            services.AddSingleton<DemoClusterSource>();
            services.AddSingleton<IClusterSource>(provider => provider.GetRequiredService<DemoClusterSource>());
            // The made-up group obeys the buttons, unless there is an autoscaler to try them with.
            if (string.IsNullOrWhiteSpace(builder.Configuration[AutoscalerClient.AddressKey]))
                services.AddSingleton<IOverrides>(provider => provider.GetRequiredService<DemoClusterSource>());
            return;
        }

        builder.AddStreamSocialKafka();
        services.AddStreamSocialTopics(builder.Configuration);
        builder.AddMembersView(TopicNames.Members);
        builder.AddTopicTable(TopicNames.ScalingDecisions, Encoding.UTF8.GetString, DecisionRecords.Read);
        builder.AddTableConsumer(TopicNames.RebalanceEvents);
        services.AddMonitor<RebalanceEventTail>();
        services.AddSingleton<ClusterReader>();
        services.AddMonitor<ClusterMonitor>();
        services.AddSingleton<KafkaFigures>();
        services.AddSingleton<JmxReader>();
        services.AddMonitor<JmxMonitor>();
        services.AddSingleton<TopicReader>();
        services.AddMonitor<TopicMonitor>();
        services.AddSingleton<ConsumerGroupReader>();
        services.AddMonitor<GroupMonitor>();
        services.AddSingleton<ClusterMonitors>();
        services.AddSingleton<OrchestratorReader>();
        builder.AddTableConsumer(TopicNames.DashboardHistory);
        builder.AddControlPlaneProducer(HistoryKeeper.ProducerName);
        services.AddMonitor<HistoryTail>();
        services.AddHostedService<HistoryKeeper>();
        services.AddSingleton<IClusterSource, KafkaClusterSource>();
    }
}
