using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Events;
using StreamSocial.Events.Topics;
using StreamSocial.Streams;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Cli.Benchmarks.Stage;

/// <summary>Runs the runtime in this process as a group's only member until a number of events is processed and checkpointed.</summary>
internal sealed class StageRunner(string bootstrapServers, bool embedded, StageBenchmarkOptions options, PauseListener pauses)
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromMinutes(3);
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ProcessMeter? _meter;
    private long _processed;

    /// <exception cref="NotHeldException">Not all were processed in time.</exception>
    public async Task<ProcessMeasurement> TakeAsync(CancellationToken cancellationToken)
    {
        using var host = Build();
        await host.StartAsync(cancellationToken);
        try
        {
            await _done.Task.WaitAsync(EndTimeout, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new NotHeldException($"The stage processed {Interlocked.Read(ref _processed):N0} of {options.Events:N0} events in {EndTimeout.TotalMinutes:0} min.", e);
        }
        finally
        {
            // A graceful stop checkpoints everything, which belongs to the price.
            await host.StopAsync(CancellationToken.None);
        }

        return _meter!.Stop(options.Events);
    }

    private IHost Build()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kafka"] = bootstrapServers,
            ["Kafka:Embedded"] = embedded ? "true" : "false",
            ["Streams:MemberId"] = "bench-member",
            ["Streams:AdvertisedEndpoint"] = "http://127.0.0.1:1",
        });
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        var application = new StreamsApplication("bench", StreamSocialTopics.For(options.Profile), TopicNames.Members, TopicNames.RebalanceEvents);
        builder.AddStreams(application)
            .AddStage(_ => new StageDefinition("bench", TopicNames.UserActions, TopicNames.ActionsState, context => new BenchmarkProcessor(context, Count)));
        return builder.Build();
    }

    private void Count()
    {
        var processed = Interlocked.Increment(ref _processed);
        if (processed == 1)
            _meter = new ProcessMeter(pauses);
        if (processed == options.Events)
            _done.SetResult();
    }
}
