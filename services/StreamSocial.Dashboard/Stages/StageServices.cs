using System.Text;
using Confluent.Kafka;
using StreamSocial.Dashboard.Operations;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tables;
using StreamSocial.Operations.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;

namespace StreamSocial.Dashboard.Stages;

internal static class StageServices
{
    /// <summary>Adds the stages of the running cluster, or none in demo mode. Needs the Kafka services, the view of the members and the log of actions.</summary>
    public static void AddStages(this WebApplicationBuilder builder, bool isDemo)
    {
        var services = builder.Services;
        if (isDemo)
        {
            services.AddSingleton<IStages, NoStages>();
            return;
        }
        builder.AddTopicTable(StageApplication.FeedGenerators.ControlsTopic, Encoding.UTF8.GetString, StageControls.Read);
        services.AddSingleton(provider => new StageControlsView(provider.GetRequiredService<TopicTable<string, StageControl>>()));
        services.AddSingleton<PartitionOffsets>();
        services.AddSingleton(provider => new StageKafka(
            provider.GetRequiredService<KafkaClientSettings>(), provider.GetRequiredService<PartitionOffsets>(),
            provider.GetRequiredKeyedService<IProducer<byte[]?, byte[]?>>(OperationServices.Producer)));
        services.AddSingleton(provider => new StageView(
            provider.GetRequiredService<StageControlsView>(), () => [.. provider.GetRequiredService<IMembersView>().Current.Members.Values]));
        services.AddSingleton(provider => new StageOperator(
            StageApplication.FeedGenerators, provider.GetRequiredService<StageKafka>(), provider.GetRequiredService<StageView>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IStages, ClusterStages>();
    }
}
