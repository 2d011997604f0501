using System.Text;
using Confluent.Kafka;
using StreamSocial.Events;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Operations.Log;

namespace StreamSocial.Dashboard.Operations;

internal static class OperationServices
{
    /// <summary>Key of the producer of what people ask for, and its client id.</summary>
    public const string Producer = "dashboard-operations";

    /// <summary>Adds the log of actions: <see cref="OperationLog"/> to do and record them, <see cref="IOperationsView"/> to show them.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="isDemo">Whether there is no cluster.</param>
    public static void AddOperations(this WebApplicationBuilder builder, bool isDemo)
    {
        var services = builder.Services;
        services.AddSingleton<OperationLog>();
        if (isDemo)
        {
            services.AddSingleton<DemoOperations>();
            services.AddSingleton<IOperationWriter>(provider => provider.GetRequiredService<DemoOperations>());
            services.AddSingleton<IOperationsView>(provider => provider.GetRequiredService<DemoOperations>());
            return;
        }
        builder.AddControlPlaneProducer(Producer);
        builder.AddTopicTable(TopicNames.Operations, Encoding.UTF8.GetString, OperationRecords.Read);
        services.AddSingleton<IOperationWriter>(provider => new TopicOperationWriter(provider.GetRequiredKeyedService<IProducer<byte[]?, byte[]?>>(Producer)));
        services.AddSingleton<IOperationsView, TopicOperationsView>();
    }
}
