using System.Diagnostics;
using StreamSocial.Cli.Topology;

namespace StreamSocial.Cli.Benchmarks;

/// <summary>
/// Another system that does our work: a script that takes the brokers from BOOTSTRAP and BROKER_PIDS and writes a line of JSON for each result.
/// </summary>
/// <param name="File">The script. The name of its folder says which system it is.</param>
internal sealed record PeerScript(FileInfo File)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    public string Name => File.Directory!.Name;

    /// <summary>Finds a script.</summary>
    /// <param name="path">The script, or its folder.</param>
    /// <param name="known">The systems that are known.</param>
    /// <returns>Null when there is none, or it is of a system that is not known.</returns>
    public static PeerScript? Find(string path, IEnumerable<string> known)
    {
        var file = new FileInfo(Directory.Exists(path) ? Path.Combine(path, "run") : path);
        return file.Exists && known.Contains(file.Directory!.Name) ? new PeerScript(file) : null;
    }

    /// <summary>Runs it and reads its last result.</summary>
    /// <param name="arguments">What it is asked for.</param>
    /// <param name="brokers">The brokers.</param>
    /// <param name="log">Where its output goes.</param>
    /// <param name="read">Reads a line of its output; null when it is not the result asked for.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ToolException">It failed.</exception>
    public async Task<T> RunAsync<T>(
        IEnumerable<string> arguments, IStandaloneBrokers brokers, FileInfo log, Func<string, T?> read, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        var start = new ProcessStartInfo("/bin/bash", [File.FullName, .. arguments]);
        start.Environment["BOOTSTRAP"] = brokers.BootstrapServers.Split(',')[0];
        start.Environment["BROKER_PIDS"] = string.Join(',', StandaloneBrokers.ProcessesOf(brokers, ProcessTree.Read()).Select(process => process.Pid));
        await using (var process = ChildProcess.Start(start, log, StopTimeout, time))
        {
            var started = time.GetTimestamp();
            while (!process.HasExited)
            {
                if (time.GetElapsedTime(started) > Patience)
                    throw new ToolException($"{File.FullName} did not end within {Patience.TotalMinutes:0} min; its output is in {log.FullName}.");
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
            // What it wrote last may still be on its way.
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
            if (process.ExitCode != 0)
                throw new ToolException($"{File.FullName} ended with {process.ExitCode}; its output is in {log.FullName}.");
        }

        return System.IO.File.ReadLines(log.FullName).Select(read).LastOrDefault(result => result is not null)
            ?? throw new ToolException($"{File.FullName} wrote no result; its output is in {log.FullName}.");
    }
}
