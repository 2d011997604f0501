using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamSocial.Hosting.Kafka.Processes;

/// <summary>The Java that runs brokers: the one of <c>JAVA_HOME</c>, or else the one on the path.</summary>
public static partial class JavaRuntime
{
    /// <summary>Oldest major version that Kafka's brokers run on.</summary>
    public const int MinMajorVersion = 17;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The program to start.</summary>
    public static string Executable =>
        Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } home ? Path.Combine(home, "bin", "java") : "java";

    /// <summary>Why there is no suitable Java; null when there is.</summary>
    public static string? FindProblem() => FindProblem(Executable);

    /// <summary>Why a program is no suitable Java; null when it is.</summary>
    public static string? FindProblem(string executable)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(executable, "-version") { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardError.ReadToEnd();
            process.WaitForExit(Patience);
            return Check(output, executable);
        }
        catch (Win32Exception)
        {
            return $"Brokers need Java {MinMajorVersion} or later, but '{executable}' cannot be started: install it and set JAVA_HOME or PATH, or use Kafka:Source=embedded.";
        }
    }

    /// <summary>Judges the output of <c>java -version</c>. Pure.</summary>
    public static string? Check(string output, string executable)
    {
        if (!Version().Match(output).Groups["major"].ValueSpan.TryParseMajor(out var major))
            return $"Brokers need Java {MinMajorVersion} or later, but '{executable} -version' names no version: set JAVA_HOME to a Java runtime, or use Kafka:Source=embedded.";
        // Up to Java 8 the version was 1.8; it is too old either way.
        return major >= MinMajorVersion
            ? null
            : $"Brokers need Java {MinMajorVersion} or later, but '{executable}' is Java {major}: install a newer one and set JAVA_HOME, or use Kafka:Source=embedded.";
    }

    private static bool TryParseMajor(this ReadOnlySpan<char> text, out int major) => int.TryParse(text, CultureInfo.InvariantCulture, out major);

    [GeneratedRegex("""version "(?:1\.)?(?<major>\d+)""")]
    private static partial Regex Version();
}
