using System.Text.RegularExpressions;

namespace StreamSocial.Docs.Tests.Monitoring;

/// <summary>
/// Reads a PromQL expression: enough of the grammar for rules and panels, and nothing that Prometheus would refuse. Modifiers <c>@</c> and subqueries are left out.
/// </summary>
/// <remarks>https://prometheus.io/docs/prometheus/latest/querying/basics/</remarks>
internal sealed partial class PromQl
{
    private static readonly HashSet<string> Aggregations = ["sum", "min", "max", "avg", "count", "stddev", "topk", "bottomk", "quantile", "group"];

    private static readonly HashSet<string> Functions =
    [
        "rate", "irate", "increase", "delta", "histogram_quantile", "label_replace", "clamp_min", "clamp_max", "abs", "absent", "time", "vector", "scalar", "max_over_time", "avg_over_time",
    ];

    /// <summary>From the loosest to the tightest.</summary>
    private static readonly string[][] Operators = [["or"], ["and", "unless"], ["==", "!=", ">=", "<=", ">", "<"], ["+", "-"], ["*", "/", "%"], ["^"]];

    private readonly List<string> _tokens;
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);
    private int _next;

    private PromQl(List<string> tokens) => _tokens = tokens;

    /// <summary>The metrics that an expression reads.</summary>
    /// <exception cref="FormatException">It is no PromQL, or more than this reads.</exception>
    public static IReadOnlySet<string> MetricsOf(string expression)
    {
        var parser = new PromQl(Tokens(expression));
        parser.Expression(0);
        return parser._next == parser._tokens.Count ? parser._metrics : throw parser.Unexpected("the end");
    }

    private string? Current => _next < _tokens.Count ? _tokens[_next] : null;

    private void Expression(int level)
    {
        if (level == Operators.Length)
        {
            Unary();
            return;
        }
        Expression(level + 1);
        while (Operators[level].Contains(Current))
        {
            _next++;
            TryTake("bool");
            if (Current is "on" or "ignoring")
            {
                _next++;
                Labels();
                if (Current is "group_left" or "group_right")
                {
                    _next++;
                    if (Current == "(")
                        Labels();
                }
            }
            Expression(level + 1);
        }
    }

    private void Unary()
    {
        if (Current is "-" or "+")
            _next++;
        var token = Current ?? throw Unexpected("an operand");
        if (TryTake("("))
        {
            Expression(0);
            Take(")");
        }
        else if (Number().IsMatch(token) || token[0] == '"')
        {
            _next++;
            return;
        }
        else if (Aggregations.Contains(token))
        {
            _next++;
            var isGrouped = Grouping();
            Arguments();
            if (!isGrouped)
                Grouping();
        }
        else if (_next + 1 < _tokens.Count && _tokens[_next + 1] == "(")
        {
            if (!Functions.Contains(token))
                throw Unexpected("a known function");
            _next++;
            Arguments();
        }
        else
        {
            Selector();
        }
    }

    private void Selector()
    {
        if (Current != "{")
        {
            if (!Name().IsMatch(Current!))
                throw Unexpected("a metric");
            _metrics.Add(Current!);
            _next++;
        }
        if (TryTake("{"))
            Matchers();
        if (Current is { } range && range[0] == '[')
            _next++;
        if (TryTake("offset"))
            _next++;
    }

    private void Matchers()
    {
        while (!TryTake("}"))
        {
            if (!Name().IsMatch(Current ?? ""))
                throw Unexpected("a label");
            _next++;
            if (Current is not ("=" or "!=" or "=~" or "!~"))
                throw Unexpected("a matcher");
            _next++;
            if (Current?[0] != '"')
                throw Unexpected("a string");
            _next++;
            if (Current != "}")
                Take(",");
        }
    }

    private bool Grouping()
    {
        if (Current is not ("by" or "without"))
            return false;
        _next++;
        Labels();
        return true;
    }

    private void Labels()
    {
        Take("(");
        while (!TryTake(")"))
        {
            if (!Name().IsMatch(Current ?? ""))
                throw Unexpected("a label");
            _next++;
            if (Current != ")")
                Take(",");
        }
    }

    private void Arguments()
    {
        Take("(");
        while (!TryTake(")"))
        {
            Expression(0);
            if (Current != ")")
                Take(",");
        }
    }

    private void Take(string token)
    {
        if (!TryTake(token))
            throw Unexpected($"'{token}'");
    }

    private bool TryTake(string token)
    {
        if (Current != token)
            return false;
        _next++;
        return true;
    }

    private FormatException Unexpected(string expected) => new($"Expected {expected} at '{Current}' (token {_next}) of: {string.Join(' ', _tokens)}");

    private static List<string> Tokens(string expression)
    {
        var tokens = new List<string>();
        for (var at = 0; at < expression.Length;)
        {
            var token = Token().Match(expression, at);
            if (!token.Success)
                throw new FormatException($"No token at '{expression[at..]}'");
            if (!string.IsNullOrWhiteSpace(token.Value))
                tokens.Add(token.Value);
            at += token.Length;
        }
        return tokens;
    }

    [GeneratedRegex("""\G(\s+|"(\\.|[^"\\])*"|\[\d+(ms|[smhdwy])\]|\d+(\.\d+)?(e[+-]?\d+)?(ms|[smhdwy])?|[a-zA-Z_:][a-zA-Z0-9_:]*|=~|!~|==|!=|>=|<=|[-+*/%^<>=(){},])""")]
    private static partial Regex Token();

    [GeneratedRegex(@"^\d+(\.\d+)?(e[+-]?\d+)?$")]
    private static partial Regex Number();

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    private static partial Regex Name();
}
