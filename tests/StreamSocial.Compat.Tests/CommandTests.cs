namespace StreamSocial.Compat.Tests;

public class CommandTests
{
    [Fact]
    public async Task ExplicitStart_UntilCommanded_IsNotStarted()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("later", "sleep 600").WithExplicitStart();
        await using var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());
        Assert.Equal(KnownResourceStates.NotStarted, app.StateOf("later").State?.Text);

        var started = await app.ResourceCommands.ExecuteCommandAsync("later", KnownResourceCommands.StartCommand, TestApplication.Deadline());
        Assert.True(started.Success, started.Message);
        var pid = app.PidOf("later");
        Assert.True(Processes.Lives(pid));

        var stopped = await app.ResourceCommands.ExecuteCommandAsync("later", KnownResourceCommands.StopCommand, TestApplication.Deadline());
        Assert.True(stopped.Success, stopped.Message);
        Assert.Equal(KnownResourceStates.Finished, app.StateOf("later").State?.Text);
        Assert.False(Processes.Lives(pid));
    }

    [Fact]
    public async Task StartCommand_Running_RestartsAsAnotherProcess()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("one", "sleep 600");
        await using var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());
        var before = app.PidOf("one");

        await app.ResourceCommands.ExecuteCommandAsync("one", KnownResourceCommands.StartCommand, TestApplication.Deadline());

        Assert.False(Processes.Lives(before));
        Assert.True(Processes.Lives(app.PidOf("one")));
    }

    [Fact]
    public async Task Killed_FromOutside_IsFinishedAndStaysSo()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("one", "sleep 600 & kill -KILL $$");
        await using var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());

        await app.ResourceNotifications.WaitForResourceAsync("one", KnownResourceStates.Finished, TestApplication.Deadline());

        Assert.Equal(137, app.StateOf("one").ExitCode);
    }

    [Fact]
    public async Task UnknownCommand_FailsWithItsName()
    {
        var builder = TestApplication.CreateBuilder();
        builder.AddShell("one", "sleep 600").WithCommand("greet", "Greet", _ => Task.FromResult(CommandResults.Success("hello")));
        await using var app = builder.Build();
        await app.StartAsync(TestApplication.Deadline());

        Assert.Equal("hello", (await app.ResourceCommands.ExecuteCommandAsync("one", "greet", TestApplication.Deadline())).Message);
        Assert.Contains("'fly'", (await app.ResourceCommands.ExecuteCommandAsync("one", "fly", TestApplication.Deadline())).Message);
    }
}
