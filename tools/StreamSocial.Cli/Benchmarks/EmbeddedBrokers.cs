using System.Diagnostics;
using StreamSocial.Events.Topics;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>Embedded brokers in a child process, which ends when its input does: with this process at the latest.</summary>
internal sealed class EmbeddedBrokers : IBenchmarkBrokers
{
    public const string CommandName = "brokers";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private EmbeddedBrokers(Process process, string bootstrapServers) => (_process, BootstrapServers) = (process, bootstrapServers);

    public string BootstrapServers { get; }

    public bool IsEmbedded => true;

    /// <exception cref="ToolException">They did not start.</exception>
    public static async Task<IBenchmarkBrokers> StartAsync(TopologyProfile profile, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(EmbeddedBrokers).Assembly.Location, "bench", CommandName, "--profile", profile.ToString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new ToolException("The command 'dotnet' does not start; is it in the path?");
        try
        {
            var address = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(StartTimeout, cancellationToken);
            return new EmbeddedBrokers(process, address ?? throw new ToolException("The embedded brokers did not start; their error is above."));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
