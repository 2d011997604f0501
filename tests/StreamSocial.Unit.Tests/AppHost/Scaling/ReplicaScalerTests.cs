using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.AppHost.Restarting;
using StreamSocial.AppHost.Scaling;

namespace StreamSocial.Unit.Tests.AppHost.Scaling;

/// <summary>A generator shows its former state for a while after the command that starts it has returned.</summary>
public sealed class ReplicaScalerTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DistributedApplication _app;
    private readonly List<string> _commands = [];
    private readonly SemaphoreSlim _commanded = new(0);
    private readonly ReplicaScaler _scaler;
    private readonly Resource[] _replicas;

    /// <summary>A command to start returns when this has.</summary>
    private Task _start = Task.CompletedTask;

    public ReplicaScalerTests()
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
        _replicas = [.. Enumerable.Range(1, 3).Select(number => builder.AddResource(new Replica(FeedGenerators.NameOf(number)))
            .WithCommand(KnownResourceCommands.StartCommand, "Start", context => Note(context, "start"))
            .WithCommand(KnownResourceCommands.StopCommand, "Stop", context => Note(context, "stop")).Resource)];
        _app = builder.Build();
        _scaler = new ReplicaScaler(
            new FeedGeneratorOptions { Maximum = 3 },
            Notifications,
            _app.Services.GetRequiredService<ResourceCommandService>(),
            _app.Services.GetRequiredService<IHostApplicationLifetime>(),
            TimeProvider.System,
            NullLogger<ReplicaScaler>.Instance);
    }

    private ResourceNotificationService Notifications => _app.Services.GetRequiredService<ResourceNotificationService>();

    public async ValueTask InitializeAsync()
    {
        await PublishAsync(1, KnownResourceStates.Running);
        await PublishAsync(2, KnownServiceStates.WaitingForLoad.Text);
        await PublishAsync(3, KnownServiceStates.WaitingForLoad.Text);
    }

    [Fact]
    public async Task Scale_InWhileTheStartIsNotShown_StopsWhatWasStarted()
    {
        await ScaleAsync(2);
        await ScaleAsync(1);

        Assert.Equal(["start feed-generator-2", "stop feed-generator-2"], _commands);
        Assert.False(_scaler.Replicas[1].Active);
    }

    /// <summary>As one that waits for its brokers.</summary>
    [Fact]
    public async Task Scale_InWhileTheStartWaits_StopsWhatWasToStart()
    {
        _start = new TaskCompletionSource().Task;

        await ScaleAsync(2);
        await ScaleAsync(1);

        Assert.Equal(["start feed-generator-2", "stop feed-generator-2"], _commands);
        Assert.False(_scaler.Replicas[1].Active);
    }

    [Fact]
    public async Task Scale_OutWhileTheStartIsNotShown_StartsTheNextOnly()
    {
        await ScaleAsync(2);
        await ScaleAsync(3);

        Assert.Equal(["start feed-generator-2", "start feed-generator-3"], _commands);
    }

    [Fact]
    public async Task Replicas_ItRanAndHasEnded_IsNotActive()
    {
        await ScaleAsync(2);
        await PublishAsync(2, KnownResourceStates.Running);
        Assert.True(_scaler.Replicas[1].Active);
        await PublishAsync(2, KnownServiceStates.WaitingForLoad.Text);
        Assert.True(SpinWait.SpinUntil(() => !_scaler.Replicas[1].Active, Patience));
    }

    public async ValueTask DisposeAsync()
    {
        await _scaler.DisposeAsync();
        await _app.DisposeAsync();
        _commanded.Dispose();
    }

    /// <summary>Returns when the command that follows has been given.</summary>
    private async Task ScaleAsync(int replicas)
    {
        _scaler.Scale(replicas);
        Assert.True(await _commanded.WaitAsync(Patience, TestContext.Current.CancellationToken), $"Nothing was commanded for {replicas} replicas.");
        // What follows the command's return has had time.
        await Task.Delay(100, TestContext.Current.CancellationToken);
    }

    private async Task<ExecuteCommandResult> Note(ExecuteCommandContext context, string command)
    {
        _commands.Add($"{command} {context.ResourceName}");
        _commanded.Release();
        if (command == "start")
            await _start;
        return CommandResults.Success();
    }

    private Task PublishAsync(int number, string state) => Notifications.PublishUpdateAsync(_replicas[number - 1], snapshot => snapshot with { State = state });

    private sealed class Replica(string name) : Resource(name);
}
