using System.ComponentModel;
using System.Diagnostics;
using StreamSocial.Hosting.Kafka.Processes;

namespace StreamSocial.Hosting.Kafka.Sources;

/// <summary>What this machine can run. Each question may start a process, so it is asked only when its answer matters.</summary>
public interface IMachineProbe
{
    /// <summary>Whether a container runtime answers; a client without a daemon does not.</summary>
    bool ContainerRuntimeAnswers();

    /// <summary>Why the directory is no Kafka; null when it is one.</summary>
    string? FindProblemOfKafkaHome(string kafkaHome);

    /// <summary>Why Java cannot run brokers; null when it can.</summary>
    string? FindProblemOfJava();
}

/// <summary>Asks the machine by starting the programs in question.</summary>
/// <param name="containerRuntime">The program that Aspire is told to use for containers; null or empty: it takes the first that answers.</param>
public sealed class MachineProbe(string? containerRuntime = null) : IMachineProbe
{
    /// <summary>Names it for Aspire.</summary>
    public const string ContainerRuntimeVariable = "ASPIRE_CONTAINER_RUNTIME";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string[] ContainerRuntimes = ["docker", "podman"];

    private readonly Lazy<bool> _containers = new(() => (string.IsNullOrWhiteSpace(containerRuntime) ? ContainerRuntimes : [containerRuntime]).Any(program => Succeeds(program, "info")));

    public bool ContainerRuntimeAnswers() => _containers.Value;

    public string? FindProblemOfKafkaHome(string kafkaHome) => KafkaHome.FindProblem(kafkaHome);

    public string? FindProblemOfJava() => JavaRuntime.FindProblem();

    private static bool Succeeds(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
                return false;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (process.WaitForExit(Patience))
                return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // No such program.
            return false;
        }
    }
}
