using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Kafka.Producing;
using StreamSocial.Kafka.Tables;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>Registers the stateful runtime in a service.</summary>
public static class StreamsServices
{
    /// <summary>Key of the producer that carries what members say of themselves; the pool carries the data.</summary>
    private const string ReportsProducer = "reports";

    /// <summary>
    /// Adds the runtime with its options (<see cref="StreamsOptions"/>, <see cref="ProducerPoolOptions"/>), the Kafka services, the
    /// view of the members, <see cref="ITaskReader"/>, <see cref="ITopicLayout"/>, metrics, and a health check that is healthy when all assigned partitions are restored.
    /// </summary>
    /// <param name="builder">The service; its configuration has the options and the brokers' addresses.</param>
    /// <param name="application">The application's id and topics.</param>
    /// <exception cref="InvalidOperationException">No brokers are configured.</exception>
    public static StreamsBuilder AddStreams(this IHostApplicationBuilder builder, StreamsApplication application)
    {
        var services = builder.Services;
        builder.AddStreamSocialKafka();
        builder.AddKafkaClientMetrics();
        builder.AddMembersView(application.MembersTopic);
        services.AddOptions<MembersOptions>().Configure<IOptions<StreamsOptions>>((members, streams) => members.SelfMemberId ??= streams.Value.MemberId);
        services.AddSingleton(application);
        services.AddSingleton<IValidateOptions<StreamsOptions>, AdvertisedEndpointValidator>();
        services.AddSingleton<IValidateOptions<MembersOptions>, ReportIntervalValidator>();
        services.AddOptionsWithValidateOnStart<StreamsOptions>()
            .Configure(options => options.GroupId = application.Id)
            .BindConfiguration(StreamsOptions.SectionName)
            .ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<ProducerPoolOptions>().BindConfiguration(ProducerPoolOptions.SectionName).ValidateDataAnnotations();
        services.AddMetrics();
        services.AddSingleton<ITopicLayout>(new CatalogLayout(application.Topics));
        services.AddSingleton<FatalErrors>();
        services.AddSingleton<RuntimeHost>();
        services.AddSingleton<ApplicationDefinition>();
        builder.AddControlPlaneProducer(ReportsProducer);
        services.AddSingleton(provider => new BufferedSender(provider.GetRequiredKeyedService<IProducer<byte[]?, byte[]?>>(ReportsProducer)));
        if (application.StageControlsTopic is { } controls)
            builder.AddTopicTable(controls, Encoding.UTF8.GetString, StageControls.Read);
        services.AddSingleton(provider => new StageControlsView(provider.GetService<TopicTable<string, StageControl>>()));
        services.AddSingleton<ClusterAccess>();
        services.AddSingleton<StreamsRuntime>();
        services.AddSingleton<ITaskReader>(provider => provider.GetRequiredService<StreamsRuntime>());
        services.AddHostedService(provider => provider.GetRequiredService<StreamsRuntime>());
        services.AddHealthChecks().AddCheck<StreamsHealthCheck>("streams");
        return new StreamsBuilder(services);
    }
}

/// <summary>Adds stages to the runtime.</summary>
public sealed class StreamsBuilder(IServiceCollection services)
{
    /// <summary>Adds a stage; the group consumes its input topic.</summary>
    /// <param name="define">Creates the definition when the runtime starts.</param>
    public StreamsBuilder AddStage(Func<IServiceProvider, StageDefinition> define)
    {
        services.AddSingleton(define);
        return this;
    }
}

/// <summary>
/// Healthy when the member is in the group, all assigned partitions are restored, the tables are caught up, no lane and no task with input stands still, and
/// checkpoints become durable; degraded when tasks have failed while the others go on, or records wait for so long that retention will take them.
/// </summary>
internal sealed class StreamsHealthCheck(StreamsRuntime runtime, FatalErrors fatal) : IHealthCheck
{
    private const int DescribedTasks = 5;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        fatal.First is { } reason ? HealthCheckResult.Unhealthy("The runtime stopped.", reason)
        : runtime.ControlsBehind is { } controls ? HealthCheckResult.Unhealthy($"Reading which stages are paused from {controls}.")
        : !runtime.HasAssignment ? HealthCheckResult.Unhealthy("Joining the group.")
        : runtime.TableBehind is { } table ? HealthCheckResult.Unhealthy($"Reading table {table}.")
        : runtime.Restoring > 0 ? HealthCheckResult.Unhealthy($"Restoring {runtime.Restoring} partitions.")
        : runtime.Standstill is { } standstill ? HealthCheckResult.Unhealthy(standstill)
        : runtime.CheckpointProblem is { } problem ? HealthCheckResult.Unhealthy(problem)
        : runtime.StuckTasks is { } stuck ? HealthCheckResult.Unhealthy(stuck)
        : runtime.RetentionAlarm is { } alarm ? HealthCheckResult.Degraded(alarm)
        : runtime.Failed is { Count: > 0 } failed ? HealthCheckResult.Degraded(Describe(failed))
        : HealthCheckResult.Healthy());

    private static string Describe(IReadOnlyList<TaskBackoff> failed) =>
        $"{failed.Count} of the tasks failed: {string.Join("; ", failed.Take(DescribedTasks).Select(task => $"{task.Id}: {task.Reason}"))}{(failed.Count > DescribedTasks ? "; …" : "")}";
}
