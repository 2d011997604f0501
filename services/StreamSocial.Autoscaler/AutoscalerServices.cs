using System.Text;
using Microsoft.Extensions.Options;
using Polly;
using StreamSocial.Autoscaler.Actuation;
using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Autoscaler.Overrides;
using StreamSocial.Autoscaler.Signals;
using StreamSocial.Control;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Scaling;
using StreamSocial.Scaling.Policies;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Autoscaler;

/// <summary>Registers the service.</summary>
internal static class AutoscalerServices
{
    /// <summary>Adds the control loop with its group, policies, actuators and journal.</summary>
    public static void AddAutoscaler(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddStreamSocialKafka();
        services.AddStreamSocialTopics(builder.Configuration);
        builder.AddMembersView(TopicNames.Members);
        builder.AddControlPlaneProducer(KafkaDecisionSink.ProducerName);
        var isDryRun = builder.Configuration.GetValue<bool>($"{AutoscalerOptions.SectionName}:{nameof(AutoscalerOptions.DryRun)}");
        builder.AddGroupConsumer(KafkaDecisionLog.ConsumerName, KafkaDecisionLog.GroupOf(isDryRun));
        builder.AddTopicTable(TopicNames.ScalingDecisions, Encoding.UTF8.GetString, DecisionRecords.Read);
        services.AddControlClient();
        services.AddSingleton<IValidateOptions<ControlOptions>, OverrideAccessValidator>();
        services.AddSingleton(provider => new ControlToken(provider.GetRequiredService<IOptions<ControlOptions>>().Value.Token));
        services.AddHostedService<ControlTokenLogger>();
        services.AddSingleton<IValidateOptions<AutoscalerOptions>, AutoscalerOptionsValidator>();
        services.AddSingleton<IPostConfigureOptions<AutoscalerOptions>, AutoscalerDefaults>();
        services.AddOptionsWithValidateOnStart<AutoscalerOptions>().BindConfiguration(AutoscalerOptions.SectionName).ValidateDataAnnotations();

        services.AddSingleton<IScalingPolicy, FreshnessPolicy>();
        services.AddSingleton<IScalingPolicy, KedaPolicy>();
        services.AddSingleton<IReplicaActuator, AspireReplicaActuator>();
        services.AddSingleton<IReplicaActuator, ObservedReplicaActuator>();

        services.AddResiliencePipeline<string, ActuationResult>(SelectedActuator.PipelineName, SelectedActuator.Configure);
        services.AddSingleton<SelectedActuator>();
        services.AddSingleton<OverrideHolder>();
        services.AddSingleton<Decider>();

        services.AddSingleton<IGroupSource, KafkaGroupSource>();
        services.AddSingleton<KafkaDecisionLog>();
        services.AddSingleton<IDecisionLog>(provider => provider.GetRequiredService<KafkaDecisionLog>());
        services.AddHostedService(provider => provider.GetRequiredService<KafkaDecisionLog>());
        services.AddSingleton<AutoscalerMetrics>();
        services.AddSingleton<IDecisionSink, KafkaDecisionSink>();
        services.AddSingleton<DecisionJournal>();
        services.AddHostedService<ControlLoop>();
        services.AddHttpApi();
        services.AddOpenApi(openApi => openApi.WithInfo("StreamSocial autoscaler", "The decisions about the number of feed generators, with their reasons."));
    }

    /// <summary>Maps the API and its reference.</summary>
    public static void MapAutoscaler(this WebApplication app)
    {
        app.UseHostCheck();
        app.UseHttpApi();
        app.MapDecisions();
        app.MapOverride();
        app.MapApiReference();
    }
}
