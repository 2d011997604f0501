using Microsoft.Extensions.Options;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Policies;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler;

internal static class AutoscalerServices
{
    /// <summary>Adds the control loop with its signals, policy, journal and actuator.</summary>
    public static void AddAutoscaler(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddStreamSocialKafka(builder.Configuration);
        services.AddStreamSocialTopics(builder.Configuration);
        services.AddMembersView(TopicNames.Members);
        services.AddSingleton<IValidateOptions<ScaleOptions>, ScaleOptionsValidator>();
        services.AddSingleton<IValidateOptions<AutoscalerOptions>, AutoscalerOptionsValidator>();
        services.AddOptionsWithValidateOnStart<ScaleOptions>().BindConfiguration(ScaleOptions.SectionName);
        services.AddOptionsWithValidateOnStart<AutoscalerOptions>().BindConfiguration(AutoscalerOptions.SectionName).ValidateDataAnnotations();

        services.AddSingleton<ISignalReader, KafkaSignalReader>();
        services.AddSingleton<IScalingPolicy, LagAndRatePolicy>();
        services.AddSingleton<AutoscalerMetrics>();
        services.AddSingleton<IDecisionSink, KafkaDecisionSink>();
        services.AddSingleton<DecisionJournal>();
        services.AddHttpClient<AspireReplicaActuator>((provider, http) =>
        {
            var scale = provider.GetRequiredService<IOptions<ScaleOptions>>().Value;
            http.BaseAddress = scale.Endpoint;
            http.Timeout = scale.Timeout;
        });
        services.AddSingleton(CreateActuator);
        services.AddHostedService<ControlLoop>();
    }

    private static IReplicaActuator CreateActuator(IServiceProvider provider)
    {
        IReplicaActuator actuator = provider.GetRequiredService<IOptions<ScaleOptions>>().Value.Endpoint is null
            ? new ObservedReplicaActuator(provider.GetRequiredService<IMembersView>())
            : provider.GetRequiredService<AspireReplicaActuator>();
        return provider.GetRequiredService<IOptions<AutoscalerOptions>>().Value.DryRun ? new DryRunReplicaActuator(actuator) : actuator;
    }
}
