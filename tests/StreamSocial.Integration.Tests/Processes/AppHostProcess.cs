using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Integration.Tests.Processes;

/// <summary>The AppHost as a process of its own, on embedded brokers, with the control server at a free port.</summary>
internal sealed partial class AppHostProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private AppHostProcess(Process process, Uri control)
    {
        _process = process;
        Control = new HttpClient { BaseAddress = control };
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Control { get; }

    public int Id => _process.Id;

    /// <summary>What it has printed so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <summary>The printed link of the dashboard, with its token; null before it is printed.</summary>
    public Uri? Dashboard => DashboardLink().Match(string.Join('\n', Lines)) is { Success: true } link ? new Uri(link.Value) : null;

    /// <summary>With the small profile, and nothing that acts by itself.</summary>
    public static AppHostProcess Start(params string[] settings) => StartIn([], settings);

    /// <summary>The same where the environment names a proxy on which nobody listens.</summary>
    public static AppHostProcess StartBehindProxy(params string[] settings) => StartIn([("HTTP_PROXY", "http://127.0.0.1:1"), ("http_proxy", "http://127.0.0.1:1")], settings);

    /// <summary>The same in an environment with these variables.</summary>
    public static AppHostProcess StartIn((string Name, string Value)[] environment, params string[] settings) =>
        Start(["--Topology:Profile=small", "--Traffic:Enabled=false", "--Autoscaler:Enabled=false", .. settings], environment);

    /// <summary>As a user starts it, on embedded brokers.</summary>
    public static AppHostProcess StartDefault(params string[] settings) => Start(settings, []);

    private static AppHostProcess Start(string[] settings, (string Name, string Value)[] environment)
    {
        var control = new Uri($"http://127.0.0.1:{LoopbackPorts.ChooseFree(1)[0]}");
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(here.Parent!.Parent!.FullName, "StreamSocial.AppHost", here.Name, "StreamSocial.AppHost.dll");
        string[] arguments = [assembly, $"--Control:Url={control.GetLeftPart(UriPartial.Authority)}", "--Kafka:Source=embedded", .. settings];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new AppHostProcess(Process.Start(start)!, control);
    }

    /// <summary>The resources as the control server shows them; empty while it does not answer.</summary>
    public async Task<JsonElement[]> ReadResourcesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Control.GetFromJsonAsync<JsonElement[]>("/v1/resources", cancellationToken) ?? [];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    /// <summary>Sends a signal to a process.</summary>
    /// <param name="process">Its id.</param>
    /// <param name="signal">The signal's name without SIG.</param>
    public static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        Control.Dispose();
    }

    private void Add(string? line)
    {
        lock (_lines)
        {
            if (line is not null)
                _lines.Add(line);
        }
    }

    [GeneratedRegex(@"http://localhost:\d+/#token=\w+")]
    private static partial Regex DashboardLink();
}
