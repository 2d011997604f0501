using System.Text;
using Microsoft.Extensions.Options;
using StreamSocial.Alerts;
using StreamSocial.Alerts.Rules;
using StreamSocial.Dashboard.Alerts.Stores;
using StreamSocial.Dashboard.Alerts.Webhook;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Kafka.Hosting;

namespace StreamSocial.Dashboard.Alerts;

internal static class AlertServices
{
    /// <summary>Adds the evaluation of rules, what keeps the alerts, and what tells of them.</summary>
    public static void AddAlerts(this WebApplicationBuilder builder, bool isDemo)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertOptionsValidator>();
        services.AddOptionsWithValidateOnStart<AlertOptions>().BindConfiguration(AlertOptions.SectionName);
        services.AddStreamSocialTopics(builder.Configuration);
        services.AddSingleton<DiskReader>();
        services.AddSingleton<AlertKeeper>();
        services.AddSingleton<AlertsReader>();
        services.AddSingleton<AlertEvaluation>();
        if (isDemo)
        {
            services.AddSingleton<IAlertStore, MemoryAlertStore>();
        }
        else
        {
            builder.AddTopicTable(TopicNames.Alerts, Encoding.UTF8.GetString, AlertRecords.Read);
            builder.AddControlPlaneProducer(KafkaAlertStore.ProducerName);
            services.AddSingleton<IAlertStore, KafkaAlertStore>();
        }

        // Stopped in the opposite order: what was told last is kept.
        services.AddHostedService<AlertWriter>();
        services.AddSingleton<AlertNotifier>();
        services.AddHostedService(provider => provider.GetRequiredService<AlertNotifier>());
        // The client has a pipeline of its own, whose attempts it bounds.
        services.AddHttpClient<WebhookClient>(http => http.Timeout = Timeout.InfiniteTimeSpan).RemoveAllResilienceHandlers()
            // A redirected POST becomes a GET of a page that knows nothing of alerts, and answers 200.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
    }
}
