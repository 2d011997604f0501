using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Kafka.Producing;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Reading;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>Registers the stateful runtime in a service.</summary>
public static class StreamsServices
{
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
        builder.AddMembersView(application.MembersTopic);
        services.AddOptions<MembersOptions>().Configure<IOptions<StreamsOptions>>((members, streams) => members.SelfMemberId ??= streams.Value.MemberId);
        services.AddSingleton(application);
        services.AddOptionsWithValidateOnStart<StreamsOptions>()
            .Configure(options => options.GroupId = application.Id)
            .BindConfiguration(StreamsOptions.SectionName)
            .ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<ProducerPoolOptions>().BindConfiguration(ProducerPoolOptions.SectionName).ValidateDataAnnotations();
        services.AddMetrics();
        services.AddSingleton<ITopicLayout>(new CatalogLayout(application.Topics));
        services.AddSingleton<FatalErrors>();
        services.AddSingleton<StreamsRuntime>();
        services.AddSingleton<StreamsMetrics>();
        services.AddSingleton<ITaskReader>(provider => provider.GetRequiredService<StreamsRuntime>());
        services.AddHostedService(provider => provider.GetRequiredService<StreamsRuntime>());
        services.AddHealthChecks().AddCheck<StreamsHealthCheck>("streams");
        return new StreamsBuilder(services);
    }
}
