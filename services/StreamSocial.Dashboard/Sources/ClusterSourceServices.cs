using System.Text;
using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Dashboard.Sources;

internal static class ClusterSourceServices
{
    /// <summary>Adds the running cluster, or the made-up one where <see cref="DashboardOptions.Demo"/> says so.</summary>
    public static void AddClusterSource(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (builder.Configuration.GetValue<bool>($"{DashboardOptions.SectionName}:{nameof(DashboardOptions.Demo)}"))
        {
            services.AddSingleton<IClusterSource, DemoClusterSource>();
            return;
        }

        services.AddStreamSocialKafka(builder.Configuration);
        services.AddStreamSocialTopics(builder.Configuration);
        services.AddMembersView(TopicNames.Members);
        services.AddTopicTable(TopicNames.ScalingDecisions, Encoding.UTF8.GetString, ScalingDecision.Parser.ParseFrom);
        services.AddOptions<ControlOptions>().BindConfiguration(ControlOptions.SectionName);
        services.AddHttpClient<ControlClient>((provider, http) =>
        {
            var control = provider.GetRequiredService<IOptions<ControlOptions>>().Value;
            http.BaseAddress = control.Endpoint;
            http.Timeout = control.Timeout;
        });
        services.AddSingleton<IClusterSource, KafkaClusterSource>();
    }
}
