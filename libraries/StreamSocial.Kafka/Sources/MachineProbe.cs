using System.ComponentModel;
using System.Diagnostics;
using StreamSocial.Kafka.Processes;

namespace StreamSocial.Kafka.Sources;

/// <summary>Asks the machine by starting the programs in question.</summary>
public sealed class MachineProbe : IMachineProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lazy<bool> _containers = new(() => Succeeds("docker", "info"));

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
