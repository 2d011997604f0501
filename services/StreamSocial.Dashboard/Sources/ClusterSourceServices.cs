using System.Text;
using StreamSocial.Control;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Scaling;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

internal static class ClusterSourceServices
{
    /// <summary>Adds the running cluster as the source, or the made-up one where <see cref="DashboardOptions.Demo"/> says so.</summary>
    public static void AddClusterSource(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (builder.Configuration.GetValue<bool>($"{DashboardOptions.SectionName}:{nameof(DashboardOptions.Demo)}"))
        {
            services.AddSingleton<IClusterSource, DemoClusterSource>();
            return;
        }

        builder.AddStreamSocialKafka();
        services.AddStreamSocialTopics(builder.Configuration);
        builder.AddMembersView(TopicNames.Members);
        builder.AddTopicTable(TopicNames.ScalingDecisions, Encoding.UTF8.GetString, ScalingDecision.Parser.ParseFrom);
        services.AddControlClient();
        services.AddSingleton<IClusterSource, KafkaClusterSource>();
    }
}
