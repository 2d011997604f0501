using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Spectre.Console;
using StreamSocial.Cli.Commands;
using StreamSocial.Control;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka;

namespace StreamSocial.Cli.Topology;

/// <summary>
/// The whole topology, started as a child process from the AppHost; ends with its disposal, whatever happened. Until it has started, what does not come about could not be
/// tried and is a <see cref="ToolException"/>; from then on it did not hold and is a <see cref="NotHeldException"/>.
/// </summary>
internal sealed class TopologyRunner : IAsyncDisposable
{
    public const string Ingest = "ingest";
    public const string Autoscaler = "autoscaler";
    public const string Dashboard = "dashboard";
    public const string FeedGeneratorPrefix = "feed-generator-";
    private const string BrokerPrefix = "kafka-";
    private const string FailedToStart = "FailedToStart";

    /// <summary>Creates the topics and ends; services wait for it, and the AppHost does not start it again.</summary>
    private const string TopicCreation = "topics";

    /// <summary>Ends in a row from which on a service is not expected to become healthy.</summary>
    private const int HopelessEnds = 3;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ControlTimeout = TimeSpan.FromSeconds(10);
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly TopologyOptions _options;
    private readonly IAnsiConsole _console;
    private readonly TimeProvider _time;
    private readonly ChildProcess _appHost;

    /// <param name="options">What was started.</param>
    /// <param name="console">Progress.</param>
    /// <param name="time">Clock and delays.</param>
    /// <param name="appHost">Its process; owned.</param>
    /// <param name="control">How to reach its control server.</param>
    public TopologyRunner(TopologyOptions options, IAnsiConsole console, TimeProvider time, ChildProcess appHost, ControlOptions control)
    {
        (_options, _console, _time, _appHost) = (options, console, time, appHost);
        Control = new ControlClient(_http, Options.Create(control), time);
        ControlToken = control.Token!;
        Usage = new UsageSampler(Environment.ProcessId, time);
    }

    public ControlClient Control { get; }

    /// <summary>What the autoscaler asks for.</summary>
    public string ControlToken { get; }

    /// <summary>Memory and CPU time of the AppHost and all that it started, and the CPU time of this tool.</summary>
    public UsageSampler Usage { get; }

    /// <summary>Starts the topology and waits until everything is healthy.</summary>
    /// <exception cref="ToolException">It did not become healthy in time; nothing of it is left running.</exception>
    public static async Task<TopologyRunner> StartAsync(TopologyOptions options, IAnsiConsole console, TimeProvider time, CancellationToken cancellationToken)
    {
        var assembly = options.AppHost ?? await ProgramLocator.BuildAsync(ProgramLocator.AppHost, console, cancellationToken);
        var control = new ControlOptions
        {
            Endpoint = new Uri($"http://127.0.0.1:{LoopbackPorts.ChooseFree(1)[0]}"),
            Timeout = ControlTimeout,
            Token = RandomNumberGenerator.GetHexString(32, lowercase: true),
        };
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = Environment.CurrentDirectory,
        };
        start.ArgumentList.Add(assembly.FullName);
        foreach (var argument in options.ToArguments(control.Endpoint))
            start.ArgumentList.Add(argument);
        // Not an argument: every user of the machine can read those.
        start.Environment["Control__Token"] = control.Token;

        console.MarkupLineInterpolated($"Starting the topology (Kafka: {options.Kafka}); its output goes to {options.Log.FullName}");
        var runner = new TopologyRunner(options, console, time, ChildProcess.Start(start, options.Log, options.StopTimeout, time), control);
        try
        {
            await StartedAsync(runner.WaitUntilHealthyAsync(options.InitialReplicas, HasFailed, cancellationToken));
            return runner;
        }
        catch
        {
            await runner.DisposeAsync();
            throw;
        }
    }

    /// <summary>All resources now.</summary>
    /// <exception cref="NotHeldException">The AppHost has ended or does not answer.</exception>
    public async Task<IReadOnlyList<ResourceDocument>> ReadResourcesAsync(CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        try
        {
            return await Control.GetResourcesAsync(cancellationToken);
        }
        catch (ControlException e)
        {
            throw new NotHeldException($"The AppHost's control server does not describe its resources; see {_options.Log.FullName}. {e.Message}", e);
        }
    }

    /// <summary>Base address of a resource.</summary>
    /// <exception cref="NotHeldException">The AppHost has ended, does not answer, or gives none.</exception>
    public async Task<Uri> ReadAddressAsync(string resource, CancellationToken cancellationToken) =>
        (await ReadResourcesAsync(cancellationToken)).FirstOrDefault(found => found.Name == resource)?.HttpUrl
        ?? throw new NotHeldException($"The AppHost gives no address for {resource}; see {_options.Log.FullName}.");

    /// <summary>How to reach the topology's Kafka.</summary>
    public async Task<KafkaClientSettings> ReadKafkaAsync(CancellationToken cancellationToken) =>
        SharedOptions.CreateSettings(await Control.GetBootstrapServersAsync(cancellationToken));

    /// <summary>Base addresses of the feed generators that run now.</summary>
    public async Task<IReadOnlyList<Uri>> ReadFeedGeneratorsAsync(CancellationToken cancellationToken) =>
        [.. (await ReadResourcesAsync(cancellationToken)).Where(IsFeedGenerator).Where(found => found.IsHealthy).Select(found => found.HttpUrl).OfType<Uri>()];

    /// <summary>Starts or stops feed generators, and waits until there are as many.</summary>
    /// <exception cref="NotHeldException">The AppHost did not do it, or there are not as many in time.</exception>
    public async Task ScaleAsync(int replicas, CancellationToken cancellationToken)
    {
        await DoneAsync(Control.SetReplicasAsync(replicas, cancellationToken), $"change to {replicas} feed generators");
        await WaitUntilHealthyAsync(replicas, NeverStarted, cancellationToken);
    }

    /// <summary>Starts, stops or restarts a resource and returns when that is done.</summary>
    /// <exception cref="NotHeldException">The AppHost did not do it.</exception>
    public Task ExecuteAsync(string resource, ResourceCommand command, CancellationToken cancellationToken) =>
        DoneAsync(Control.ExecuteAsync(resource, command, cancellationToken), $"{command.ToString().ToLowerInvariant()} {resource}");

    /// <summary>The feed generators that run and were not asked to end, healthy or not.</summary>
    public async Task<IReadOnlyList<ResourceDocument>> ReadRunningGeneratorsAsync(CancellationToken cancellationToken) =>
        [.. (await ReadResourcesAsync(cancellationToken)).Where(IsFeedGenerator).Where(found => found is { IsRunning: true, Pid: not null })];

    /// <summary>A resource by its name.</summary>
    /// <exception cref="NotHeldException">The AppHost has ended, does not answer, or has no such resource.</exception>
    public async Task<ResourceDocument> ReadResourceAsync(string name, CancellationToken cancellationToken) =>
        (await ReadResourcesAsync(cancellationToken)).FirstOrDefault(found => found.Name == name)
        ?? throw new NotHeldException($"The AppHost has no resource {name}.");

    /// <summary>Waits until a resource is as wanted.</summary>
    /// <exception cref="NotHeldException">It was not in time.</exception>
    public async Task WaitForResourceAsync(string name, string expected, Func<ResourceDocument, bool> isReached, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (await ReadResourceAsync(name, cancellationToken) is var resource && !isReached(resource))
        {
            if (_time.GetElapsedTime(start) > timeout)
                throw new NotHeldException($"{name} is not {expected} after {timeout.TotalSeconds:0} s but {resource.State ?? "not started"}, {resource.Health ?? "health unknown"}; see {_options.Log.FullName}.");
            await Task.Delay(PollInterval, _time, cancellationToken);
        }
    }

    /// <summary>Waits until a service is healthy that the start of the topology does not wait for.</summary>
    /// <exception cref="ToolException">It did not become healthy in time.</exception>
    public Task WaitForStartAsync(string service, CancellationToken cancellationToken) =>
        StartedAsync(WaitForResourceAsync(service, "healthy", found => found.IsHealthy, _options.StartTimeout, cancellationToken));

    /// <summary>Waits until there are as many feed generators, all healthy.</summary>
    /// <exception cref="NotHeldException">There are not in time.</exception>
    public Task WaitForGeneratorsAsync(int replicas, CancellationToken cancellationToken) =>
        WaitUntilHealthyAsync(replicas, NeverStarted, cancellationToken);

    /// <exception cref="NotHeldException">The AppHost has ended.</exception>
    public void ThrowIfEnded()
    {
        if (_appHost.HasExited)
        {
            throw new NotHeldException(
                $"The AppHost ended with exit code {_appHost.ExitCode}. Its last lines:{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", _appHost.LastLines)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Usage.DisposeAsync();
        await _appHost.DisposeAsync();
        _http.Dispose();
    }

    public static bool IsFeedGenerator(ResourceDocument resource) => resource.Name.StartsWith(FeedGeneratorPrefix, StringComparison.Ordinal);

    public static bool IsBroker(ResourceDocument resource) => resource.Name.StartsWith(BrokerPrefix, StringComparison.Ordinal);

    private static async Task StartedAsync(Task waiting)
    {
        try
        {
            await waiting;
        }
        catch (NotHeldException e)
        {
            throw new ToolException(e.Message, e);
        }
    }

    private static async Task DoneAsync(Task asked, string what)
    {
        try
        {
            await asked;
        }
        catch (ControlException e)
        {
            throw new NotHeldException($"The AppHost did not {what}. {e.Message}", e);
        }
    }

    private static bool NeverStarted(ResourceDocument resource) => resource.State == FailedToStart;

    /// <summary>
    /// Whether a resource will not become healthy after the start. The AppHost starts services and brokers again that end, so one end of them means little.
    /// Later on several mean nothing either: drills kill what runs.
    /// </summary>
    private static bool HasFailed(ResourceDocument resource) =>
        NeverStarted(resource) || resource.EndsInARow >= HopelessEnds || (resource.ExitCode is not (null or 0) && resource.Name == TopicCreation);

    /// <param name="replicas">Feed generators to wait for.</param>
    /// <param name="isHopeless">Whether a resource is in a state that makes waiting useless.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotHeldException">They are not healthy in time, or will not be.</exception>
    private async Task WaitUntilHealthyAsync(int replicas, Func<ResourceDocument, bool> isHopeless, CancellationToken cancellationToken)
    {
        var timeout = _options.StartTimeout;
        var start = _time.GetTimestamp();
        var nextReport = ReportInterval;
        while (true)
        {
            ThrowIfEnded();
            var resources = await TryReadResourcesAsync(cancellationToken);
            if (resources is not null && IsHealthy(resources, replicas))
            {
                _console.MarkupLineInterpolated($"Healthy with {replicas} feed generator(s) after {_time.GetElapsedTime(start).TotalSeconds:0.0} s");
                return;
            }

            if (resources?.FirstOrDefault(isHopeless) is { } failed)
            {
                var what = failed switch
                {
                    { EndsInARow: > 0 and var ends } => $"has ended {ends} times in a row, the last time with {(failed.ExitCode is { } last ? $"exit code {last}" : "an unknown exit code")}",
                    { ExitCode: { } code } => $"ended with exit code {code}",
                    _ => "did not start",
                };
                throw new NotHeldException($"{failed.Name} {what}, so not all will become healthy. See {_options.Log.FullName}.");
            }

            var elapsed = _time.GetElapsedTime(start);
            var waiting = resources is null ? "the AppHost's control server" : string.Join(", ", WaitedFor(resources, replicas));
            if (elapsed > timeout)
                throw new NotHeldException($"Not healthy after {timeout.TotalSeconds:0} s; still waiting for {waiting}. See {_options.Log.FullName}.");
            if (elapsed > nextReport)
            {
                nextReport = elapsed + ReportInterval;
                _console.MarkupLineInterpolated($"  [grey]{elapsed.TotalSeconds:0} s[/] waiting for {waiting}");
            }

            await Task.Delay(PollInterval, _time, cancellationToken);
        }
    }

    /// <summary>All resources; null while the control server does not answer.</summary>
    private async Task<IReadOnlyList<ResourceDocument>?> TryReadResourcesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Control.GetResourcesAsync(cancellationToken);
        }
        catch (ControlException)
        {
            // The caller asks again until its own timeout, and then names what it waited for.
            return null;
        }
    }

    private static bool IsHealthy(IReadOnlyList<ResourceDocument> resources, int replicas) =>
        resources.Any(resource => resource.Name == Ingest && resource.IsHealthy)
        && resources.Where(IsFeedGenerator).Count(resource => resource.IsHealthy) == replicas
        && !resources.Where(IsFeedGenerator).Any(resource => resource.IsUnderWay && !resource.IsHealthy);

    private static IEnumerable<string> WaitedFor(IReadOnlyList<ResourceDocument> resources, int replicas)
    {
        foreach (var resource in resources.Where(resource => resource.Name == Ingest && !resource.IsHealthy))
            yield return $"{resource.Name} ({resource.State ?? "not started"}, {resource.Health ?? "health unknown"})";
        yield return $"{replicas} healthy feed generators (there are {resources.Where(IsFeedGenerator).Count(resource => resource.IsHealthy)})";
    }
}
