using Spectre.Console;
using Spectre.Console.Rendering;
using StreamSocial.Cli.Commands;

namespace StreamSocial.Unit.Tests.Cli.Commands;

public sealed class TasksCommandTests
{
    [Fact]
    public async Task Confirm_NobodyAnswers_EndsWithTheCommand()
    {
        using var stop = new CancellationTokenSource();
        var console = new TypingConsole("feed-");
        var asking = Task.Run(() => TasksResetCommand.ConfirmAsync(console, stop.Token), TestContext.Current.CancellationToken);
        await console.WaitsForKey.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("feed-generator\r", true)]
    [InlineData("feeds\r", false)]
    [InlineData("\r", false)]
    public async Task Confirm_OnlyTheGroupsName(string typed, bool expected) =>
        Assert.Equal(expected, await TasksResetCommand.ConfirmAsync(new TypingConsole(typed), TestContext.Current.CancellationToken));

    /// <summary>A terminal at which somebody types some keys and then no more.</summary>
    private sealed class TypingConsole(string typed) : IAnsiConsole, IAnsiConsoleInput
    {
        private readonly IAnsiConsole _screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _next;

        /// <summary>Completes when a key is waited for that nobody types.</summary>
        public Task WaitsForKey => _waits.Task;

        public Profile Profile => _screen.Profile;

        public IAnsiConsoleCursor Cursor => _screen.Cursor;

        public IAnsiConsoleInput Input => this;

        public IExclusivityMode ExclusivityMode => _screen.ExclusivityMode;

        public RenderPipeline Pipeline => _screen.Pipeline;

        public void Clear(bool home) => _screen.Clear(home);

        public void Write(IRenderable renderable) => _screen.Write(renderable);

        public bool IsKeyAvailable() => _next < typed.Length;

        public ConsoleKeyInfo? ReadKey(bool intercept) => throw new NotSupportedException();

        public async Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken)
        {
            if (IsKeyAvailable())
            {
                var key = typed[_next++];
                return new ConsoleKeyInfo(key, key == '\r' ? ConsoleKey.Enter : ConsoleKey.NoName, shift: false, alt: false, control: false);
            }
            _waits.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return null;
        }
    }
}
