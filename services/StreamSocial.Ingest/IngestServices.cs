using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Ingest.Actions;
using StreamSocial.Ingest.Health;
using StreamSocial.Ingest.HotKeys;
using StreamSocial.Ingest.Http;
using StreamSocial.Ingest.Interactions;
using StreamSocial.Ingest.Publishing;
using StreamSocial.Ingest.Retention;
using StreamSocial.Ingest.Telemetry;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Kafka.Limits;
using StreamSocial.Kafka.Producing;
using StreamSocial.ServiceDefaults.ApiReference;
using StreamSocial.ServiceDefaults.Http;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Ingest;

/// <summary>Registers the service.</summary>
internal static class IngestServices
{
    /// <summary>Adds the API, the sender to Kafka, and the probe of the brokers.</summary>
    public static void AddIngest(this WebApplicationBuilder builder)
    {
        builder.AddOptions();
        builder.AddKafka();
        builder.Services
            .AddSingleton<IngestMetrics>()
            .AddSingleton<PublishQueue>()
            .AddSingleton<Publisher>()
            .AddSingleton<IngestProblems>()
            .AddSingleton<EntryKind<UserAction>, ActionKind>()
            .AddSingleton<EntryKind<ContentInteraction>, InteractionKind>()
            .AddSingleton<EntryPlacement>()
            .AddSingleton<ReusedIds>()
            .AddSingleton(typeof(SubmissionReader<>))
            .AddSingleton(typeof(SubmitHandler<>))
            .AddSingleton<BrokerProbe>()
            .AddHostedService(services => services.GetRequiredService<BrokerProbe>())
            .AddHostedService<PublishLoop>()
            .AddHttpApi()
            .AddOpenApi(openApi => openApi
                .WithInfo("StreamSocial ingest", "Takes the actions of users and the interactions with contents, and writes them to Kafka.")
                .AddOperationTransformer<EntryBodyTransformer>());
        builder.Services.AddHealthChecks().AddCheck<BrokerProbe>("kafka");

        // The handler limits the body itself, so that the answer can give a reason.
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    }

    /// <summary>Maps the API and its reference.</summary>
    public static void MapIngest(this WebApplication app)
    {
        app.UseHttpApi(forOtherOrigins: true);
        IngestEndpoints.Map(app);
        app.MapApiReference();
    }

    private static void AddOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<IngestOptions, IngestOptionsValidator>()
            .BindConfiguration(IngestOptions.SectionName)
            .ValidateDataAnnotations();
        builder.Services.AddOptionsWithValidateOnStart<ProducerPoolOptions>()
            .BindConfiguration(ProducerPoolOptions.SectionName)
            .ValidateDataAnnotations();
    }

    private static void AddKafka(this WebApplicationBuilder builder)
    {
        builder.AddStreamSocialKafka();
        builder.AddKafkaClientMetrics();
        builder.Services
            .AddStreamSocialTopics(builder.Configuration)
            .AddSingleton<Destinations>()
            .AddSingleton(services => new ProducerPool(
                services.GetRequiredService<KafkaClientSettings>(),
                services.GetRequiredService<RecordLimits>(),
                services.GetRequiredService<IOptions<ProducerPoolOptions>>(),
                services.GetRequiredService<Destinations>().TotalPartitions,
                services.GetRequiredService<ILogger<ProducerPool>>()));
        builder.AddRetention();
        builder.AddHotKeys();
    }

    private static void AddHotKeys(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<HotKeyOptions>().BindConfiguration(HotKeyOptions.SectionName).ValidateDataAnnotations();
        if (!builder.Configuration.GetValue($"{HotKeyOptions.SectionName}:{nameof(HotKeyOptions.Enabled)}", defaultValue: true))
        {
            builder.Services.AddSingleton<IContentSpread, NoContentSpread>();
            return;
        }

        builder.AddTopicTable(TopicNames.HotKeys, Encoding.UTF8.GetString, HotKeyRules.Read);
        builder.AddControlPlaneProducer(HotKeyPublisher.ProducerName);
        builder.Services
            .AddSingleton<HotContents>()
            .AddSingleton<IContentSpread>(services => services.GetRequiredService<HotContents>())
            .AddHostedService<HotKeyPublisher>();
    }

    private static void AddRetention(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<bool>($"{KafkaOptions.SectionName}:{nameof(KafkaOptions.Embedded)}"))
        {
            builder.AddMembersView(TopicNames.Members);
            builder.Services
                .AddSingleton<BoundedRetention>()
                .AddSingleton<IRetentionGuard>(services => services.GetRequiredService<BoundedRetention>())
                .AddSingleton<ConsumerPositions>()
                .AddHostedService(services => services.GetRequiredService<ConsumerPositions>());
        }
        else
        {
            builder.Services.AddSingleton<IRetentionGuard, UnboundedRetention>();
        }
    }
}
