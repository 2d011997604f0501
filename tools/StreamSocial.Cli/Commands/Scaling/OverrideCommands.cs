using System.CommandLine;
using Spectre.Console;
using StreamSocial.Control;

namespace StreamSocial.Cli.Commands.Scaling;

/// <summary><c>scale</c>: fixes the number of replicas.</summary>
internal sealed class ScaleCommand : OverrideCommand
{
    private readonly Argument<int> _replicas = new("replicas")
    {
        Description = "How many feed generators.", HelpName = "N", CustomParser = result => SharedOptions.Parse("replicas", result, 1, "a whole number, 1 or more"),
    };

    public ScaleCommand(IAnsiConsole console)
        : base(console, "scale", "Fix the number of feed generators, for a time or until 'resume'; the autoscaler records it.", hasDuration: true) => Add(_replicas);

    protected override async Task<string> RunAsync(OverrideClient client, ParseResult parsed, TimeSpan? duration, CancellationToken cancellationToken)
    {
        var replicas = parsed.GetValue(_replicas);
        await client.SetAsync(new OverrideRequest("fixed", replicas, duration?.TotalSeconds), cancellationToken);
        return $"{replicas} feed generator(s){Until(duration)}.";
    }
}

/// <summary><c>pause</c>: keeps the number of replicas.</summary>
internal sealed class PauseCommand(IAnsiConsole console)
    : OverrideCommand(console, "pause", "Keep the number of feed generators as it is, for a time or until 'resume'; the autoscaler goes on recording what it would do.", hasDuration: true)
{
    protected override async Task<string> RunAsync(OverrideClient client, ParseResult parsed, TimeSpan? duration, CancellationToken cancellationToken)
    {
        await client.SetAsync(new OverrideRequest("paused", ForSeconds: duration?.TotalSeconds), cancellationToken);
        return $"The number of feed generators stays as it is{Until(duration)}.";
    }
}

/// <summary><c>resume</c>: ends <c>scale</c> and <c>pause</c>.</summary>
internal sealed class ResumeCommand(IAnsiConsole console)
    : OverrideCommand(console, "resume", "End 'scale' or 'pause': the autoscaler decides again.", hasDuration: false)
{
    protected override async Task<string> RunAsync(OverrideClient client, ParseResult parsed, TimeSpan? duration, CancellationToken cancellationToken)
    {
        await client.ResumeAsync(cancellationToken);
        return "The autoscaler decides.";
    }
}

/// <summary>What the commands have in common that tell the autoscaler what a person wants.</summary>
internal abstract class OverrideCommand : Command
{
    private const string AutoscalerVariable = "services__autoscaler__http__0";

    private readonly Option<Uri?> _autoscaler = ControlOptionsOfCommands.Address(
        "--autoscaler", $"Address of the autoscaler; default from {AutoscalerVariable}, or asked of the control server.", AutoscalerVariable);

    private readonly Option<Uri?> _control = ControlOptionsOfCommands.Control();
    private readonly Option<string?> _token = ControlOptionsOfCommands.Token();
    private readonly Option<TimeSpan?> _for = SharedOptions.Duration("--for", "How long, such as 90s, 10m or 2h; default until 'resume'.");

    private readonly IAnsiConsole _console;

    protected OverrideCommand(IAnsiConsole console, string name, string description, bool hasDuration)
        : base(name, description)
    {
        _console = console;
        if (hasDuration)
            Add(_for);
        Add(_autoscaler);
        Add(_control);
        Add(_token);
        SetAction(RunAsync);
    }

    /// <returns>What holds now, for a person.</returns>
    protected abstract Task<string> RunAsync(OverrideClient client, ParseResult parsed, TimeSpan? duration, CancellationToken cancellationToken);

    protected static string Until(TimeSpan? duration) => duration is { } time ? $" for {time}" : " until 'resume'";

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var address = parsed.GetValue(_autoscaler) ?? await FindAsync(http, parsed.GetValue(_control), cancellationToken);
        var duration = Options.Contains(_for) ? parsed.GetValue(_for) : null;
        _console.WriteLine(await RunAsync(new OverrideClient(http, address, parsed.GetValue(_token), TimeProvider.System), parsed, duration, cancellationToken));
        return ExitCodes.Done;
    }

    private static async Task<Uri> FindAsync(HttpClient http, Uri? control, CancellationToken cancellationToken)
    {
        if (control is null)
            throw new ToolException($"Which autoscaler? Give --control with the address that the AppHost prints at its start (without the path), or --autoscaler.");
        var client = ControlOptionsOfCommands.Client(http, control, token: null);
        return (await client.GetResourcesAsync(cancellationToken)).FirstOrDefault(resource => resource.Name == "autoscaler")?.HttpUrl
            ?? throw new ToolException($"The AppHost at {control} runs no autoscaler.");
    }
}
