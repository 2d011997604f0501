using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using StreamSocial.Cli.Clients;

namespace StreamSocial.Cli.Commands;

/// <summary><c>feed</c>: a user's feed as it is, and as it becomes.</summary>
internal sealed class FeedCommand : Command
{
    private const string FeedsVariable = "services__feed-generator-1__http__0";
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Argument<string> _user = new("user") { Description = "Whose feed.", HelpName = "USER" };
    private readonly Option<Uri?> _feeds = ControlOptionsOfCommands.Address(
        "--feeds", $"Address of any feed generator; default from {FeedsVariable}, or asked of the control server.", FeedsVariable);

    private readonly Option<Uri?> _control = ControlOptionsOfCommands.Control();
    private readonly Option<int> _limit = SharedOptions.Between("--limit", "Most entries, 1 to 1000.", 1, 1_000, 20);
    private readonly Option<bool> _follow = new("--follow") { Description = "Ask again each second and show what is new, until Ctrl-C." };
    private readonly IAnsiConsole _console;

    public FeedCommand(IAnsiConsole console)
        : base("feed", "Show a user's feed, oldest of its newest entries first, each with the trace in which it came, where the owner knows it.")
    {
        _console = console;
        Add(_user);
        Add(_feeds);
        Add(_control);
        Add(_limit);
        Add(_follow);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var feeds = parsed.GetValue(_feeds) ?? await FindAsync(http, parsed.GetValue(_control), cancellationToken);
        var address = new Uri(feeds, $"v1/feeds/{Uri.EscapeDataString(parsed.GetValue(_user)!)}?limit={parsed.GetValue(_limit)}");
        var shown = new HashSet<(string, string)>();
        while (true)
        {
            using var answer = parsed.GetValue(_follow)
                ? await PatientClient.GetAsync(http, address, reason => Console.Error.WriteLine($"streamsocial: {address}: {reason}; asked again for up to {ClientRules.RepeatFor.TotalSeconds:0} s."), TimeProvider.System, cancellationToken)
                : await http.GetAsync(address, cancellationToken);
            var entries = (await ReadAsync(answer, address, cancellationToken)).Entries.Reverse();
            foreach (var entry in entries.Where(entry => shown.Add((entry.AuthorId, entry.ActionId))))
                _console.WriteLine(Line(entry));
            if (!parsed.GetValue(_follow))
                return ExitCodes.Done;
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static async Task<FeedPage> ReadAsync(HttpResponseMessage answer, Uri address, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
            throw new ToolException($"{address} answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken))}");
        try
        {
            return await answer.Content.ReadFromJsonAsync<FeedPage>(Json, cancellationToken) is { Entries: not null } page ? page : throw new JsonException("It has no entries.");
        }
        // An unknown character set is told as an invalid operation.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ToolException($"{address} answered something else than a feed; is it a feed generator? {e.Message}", e);
        }
    }

    private static async Task<Uri> FindAsync(HttpClient http, Uri? control, CancellationToken cancellationToken)
    {
        if (control is null)
            throw new ToolException("Which feed generator? Any one will do: give --feeds, or --control with the address that the AppHost prints at its start (without the path).");
        return (await ControlOptionsOfCommands.Client(http, control, token: null).GetResourcesAsync(cancellationToken))
            .FirstOrDefault(resource => resource is { IsHealthy: true, HttpUrl: not null } && resource.Name.StartsWith("feed-generator-", StringComparison.Ordinal))?.HttpUrl
            ?? throw new ToolException($"The AppHost at {control} runs no healthy feed generator.");
    }

    private static string Line(FeedEntry entry)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(entry.OccurredAt).ToString("u", CultureInfo.InvariantCulture);
        var trace = entry.TraceId is { } known ? $"  trace {known}" : "";
        return $"{at}  {entry.Type,-7}  {entry.AuthorId}  {entry.ContentId}  {entry.Text?.ReplaceLineEndings(" ")}{trace}";
    }

    private sealed record FeedPage(IReadOnlyList<FeedEntry> Entries);

    private sealed record FeedEntry(long OccurredAt, string Type, string AuthorId, string ActionId, string? ContentId = null, string? Text = null, string? TraceId = null);
}
