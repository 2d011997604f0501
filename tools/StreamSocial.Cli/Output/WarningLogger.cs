using Microsoft.Extensions.Logging;

namespace StreamSocial.Cli.Output;

/// <summary>Writes warnings of the libraries where errors go.</summary>
internal sealed class WarningLogger<T>(TextWriter error) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            error.WriteLine($"streamsocial: {formatter(state, exception)}");
    }
}
