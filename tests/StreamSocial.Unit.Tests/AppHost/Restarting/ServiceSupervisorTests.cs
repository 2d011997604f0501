using System.Threading.Channels;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;
using StreamSocial.AppHost.Restarting;
using StreamSocial.Hosting.Kafka;

namespace StreamSocial.Unit.Tests.AppHost.Restarting;

public sealed class ServiceSupervisorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void BrokersOf_OtherExecutables_AreNone()
    {
        var directory = Directory.CreateTempSubdirectory("kafka-");
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions
        {
            Args = ["--operation", "publish", "--publisher", "manifest", "--Kafka:Source=process", "--KAFKA_HOME=/kafka", $"--Kafka:DataDirectory={directory.FullName}"],
            DisableDashboard = true,
        });
        builder.AddKafkaCluster("kafka");
        builder.AddExecutable("service-rebuilder", "dotnet", ".");
        Assert.Equal(["kafka-1", "kafka-2", "kafka-3"], ServiceSupervisor.BrokersOf(new DistributedApplicationModel(builder.Resources)).Select(broker => broker.Name));
        directory.Delete(recursive: true);
    }

    /// <summary>A finite trace would be sent again, with the ids that it had.</summary>
    [Fact]
    public async Task Service_DoneWithItsWork_StaysFinished()
    {
        await using var supervision = new Supervision(service => service.MayFinish());
        await supervision.PublishAsync(KnownResourceStates.Running);
        await supervision.StartAsync();
        await Task.Delay(100, TestContext.Current.CancellationToken);

        await supervision.PublishAsync(KnownResourceStates.Finished, exitCode: 0);

        Assert.False(await supervision.IsStartedAsync(TimeSpan.FromSeconds(3)));
        Assert.Equal(KnownResourceStates.Finished, supervision.State);
    }

    [Fact]
    public async Task Service_CrashesThoughItMayFinish_IsStartedAgain()
    {
        await using var supervision = new Supervision(service => service.MayFinish());
        await supervision.PublishAsync(KnownResourceStates.Running);
        await supervision.StartAsync();
        await Task.Delay(100, TestContext.Current.CancellationToken);

        await supervision.PublishAsync(KnownResourceStates.Finished, exitCode: 1);

        Assert.True(await supervision.IsStartedAsync(Patience));
    }

    /// <summary>The orchestrator has started when what others wait for is healthy: a first end of one of these must not be left for after that.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Service_CrashesWhileOthersStart_IsStartedAgain(bool isSeenRunning)
    {
        await using var supervision = new Supervision();
        await supervision.StartingAsync();
        await supervision.PublishAsync(KnownResourceStates.Starting);
        if (isSeenRunning)
            await supervision.PublishAsync(KnownResourceStates.Running);

        await supervision.PublishAsync(KnownResourceStates.Finished, exitCode: 1);

        Assert.True(await supervision.IsStartedAsync(Patience));
    }

    /// <summary>Nobody else starts it: a service that is about to be started again counts as one that is there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Service_EndsBeforeTheStartCommandReturns_IsStartedAgain(bool isStarted)
    {
        await using var supervision = new Supervision();
        supervision.OnStart = async () =>
        {
            await supervision.PublishAsync(KnownResourceStates.Starting);
            await supervision.PublishAsync(isStarted ? KnownResourceStates.Finished : KnownResourceStates.FailedToStart, exitCode: 1);
        };
        await supervision.PublishAsync(KnownResourceStates.Running);
        await supervision.StartAsync();
        await Task.Delay(100, TestContext.Current.CancellationToken);

        await supervision.PublishAsync(KnownResourceStates.Finished, exitCode: 1);

        Assert.True(await supervision.IsStartedAsync(Patience));
        Assert.True(await supervision.IsStartedAsync(Patience));
    }

    /// <summary>One service and its supervisor, without an orchestrator.</summary>
    private sealed class Supervision : IAsyncDisposable
    {
        private readonly IResourceBuilder<ProjectResource> _service;
        private readonly DistributedApplication _app;
        private readonly Channel<string> _starts = Channel.CreateUnbounded<string>();

        public Supervision(Action<IResourceBuilder<ProjectResource>>? declare = null)
        {
            var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true });
            _service = builder.AddResource(new ProjectResource("service")).WithCommand(KnownResourceCommands.StartCommand, "Start", async context =>
            {
                await OnStart();
                _starts.Writer.TryWrite(context.ResourceName);
                return CommandResults.Success();
            });
            declare?.Invoke(_service);
            builder.AddServiceRestarts();
            _app = builder.Build();
        }

        /// <summary>What happens while the service is told to start.</summary>
        public Func<Task> OnStart { get; set; } = () => Task.CompletedTask;

        public string? State => Notifications.TryGetCurrentState("service", out var current) ? current.Snapshot.State?.Text : null;

        private ServiceSupervisor Supervisor => _app.Services.GetRequiredService<ServiceSupervisor>();

        private ResourceNotificationService Notifications => _app.Services.GetRequiredService<ResourceNotificationService>();

        public Task PublishAsync(string state, int? exitCode = null) =>
            Notifications.PublishUpdateAsync(_service.Resource, snapshot => snapshot with { State = state, ExitCode = exitCode });

        public async Task StartAsync()
        {
            await StartingAsync();
            await Supervisor.StartAsync(TestContext.Current.CancellationToken);
        }

        public Task StartingAsync() => Supervisor.StartingAsync(TestContext.Current.CancellationToken);

        /// <summary>Whether the service is told to start in time; a restart comes after a second or two.</summary>
        public async Task<bool> IsStartedAsync(TimeSpan timeout)
        {
            try
            {
                await _starts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(timeout, TestContext.Current.CancellationToken);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync()
        {
            // As in an application that stops: before what it uses is gone.
            await Supervisor.DisposeAsync();
            await _app.DisposeAsync();
        }
    }
}
